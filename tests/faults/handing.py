"""A handover day: goods come in, households are invited, parcels handed over and confirmed."""

from app.kernel.clock import today
from tests.faults.ground import differences

AT_ONCE, BOTH = 10, 2
# Allocations that nobody is invited for, with what of their line has come in.
TO_INVITE = (
    "select a.id, l.pledge_id, l.id, l.units, l.received from allocation a"
    " join pledge_line l on l.id = a.pledge_line_id where a.state in ('approved','ready')"
    " and not exists (select from appointment p where p.allocation_id = a.id)"
    f" order by a.id limit {AT_ONCE}"
)
# A household comes once it was told.
TO_HAND = (
    "select id from appointment a where state = 'invited' and not exists (select from notice n"
    " where n.cause_id = a.id and n.state in ('queued','sending')) order by id limit 10"
)
TO_CONFIRM = (
    f"select id from allocation where handed > 0 and confirmed = 0 order by id limit {AT_ONCE}"
)
EVIDENCE = {
    "appointments": "select allocation_id from appointment where state in ('invited','done')",
    "handovers": "select appointment_id from handover_line where not reversed",
    "confirmations": "select allocation_id from confirmation",
    "receipts": "select pledge_line_id from receipt where state = 'stocked'",
}


class Handers:
    """At least `enough` parcels go the whole way to a household and a second person's word."""

    def __init__(self, ground, day_id, enough):
        self._ground, self._day_id, self._enough = ground, day_id, enough
        self._told = {what: [] for what in EVIDENCE}

    def threads(self):
        """An officer who prepares, one who hands over, an approver who confirms."""
        steps = (self._prepare, self._hand_over, self._confirm)
        return [self._ground.thread(self._work, step) for step in steps]

    def progress(self):
        """Done when enough is confirmed, and nobody stands there with half of it."""
        told = {what: len(told) for what, told in self._told.items()}
        counts = {told["appointments"], told["handovers"], told["confirmations"]}
        return (len(counts) == 1 and min(counts) >= self._enough) or str(told)

    def found(self):
        """What was answered stands in the evidence, row for row, and nothing else does."""
        figures, wrong = {}, []
        for what, question in EVIDENCE.items():
            there = [row[0] for row in self._ground.ask(question)]
            wrong += differences(what, self._told[what], there)
            figures |= {f"{what} acknowledged": len(self._told[what]), what: len(there)}
        return figures, wrong

    def _work(self, step):
        for turn in self._ground.turns():
            step(turn)

    def _prepare(self, turn):
        """Take in what the next parcels are made of, and invite their households."""
        if len(self._told["appointments"]) >= self._enough:
            return
        rows = self._ground.ask(TO_INVITE)
        for pledge_id, line_id, units in {(r[1], r[2], r[3]) for r in rows if not r[4]}:
            form = {"units": units, "received_on": today().isoformat(), "condition": "new"}
            path = f"/pledges/{pledge_id}/lines/{line_id}/receive"
            self._told["receipts"] += [line_id] * self._both_take_in(path, form, line_id)
        ids = [row[0] for row in rows]
        invites = f"/handovers/{self._day_id}/invite"
        if ids and self._officer(invites, {"allocation": ids}, f"invite-{turn}"):
            self._told["appointments"] += ids

    def _both_take_in(self, path, form, line_id):
        """Two of the staff enter what was brought at once; how often it was taken down."""
        answers = []

        def enter(turn):
            key = f"in-{line_id}-{turn}"
            answers.append(self._ground.ask_for("officer", path, form, key=key))

        entering = [self._ground.thread(enter, turn) for turn in range(BOTH)]
        for thread in entering:
            thread.start()
        for thread in entering:
            thread.join()
        odd = [said for said in answers if not said.startswith(("/", "409"))]
        self._ground.broken += [f"in-{line_id}: {said}" for said in odd]
        return sum(said.startswith("/") for said in answers)

    def _hand_over(self, _turn):
        for (appointment_id,) in self._ground.ask(TO_HAND):
            path = f"/handovers/{self._day_id}/check-in/{appointment_id}"
            form = {"receiver": "household", f"parcel-{appointment_id}": "y"}
            if self._officer(path, form, f"hand-{appointment_id}"):
                self._told["handovers"].append(appointment_id)

    def _officer(self, path, form, key):
        """Whether we have the site's word for it; anything else is told at the end."""
        return self._ground.send("officer", path, form, key=key).startswith("/")

    def _confirm(self, turn):
        ids = [row[0] for row in self._ground.ask(TO_CONFIRM)]
        form, path = {"allocation": ids, "method": "signed-list"}, "/handovers/to-confirm"
        if ids and self._ground.send("approver", path, form, key=f"confirm-{turn}")[0] == "/":
            self._told["confirmations"] += ids

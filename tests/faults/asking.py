"""An officer who asks for runs over the ward, one after the other."""

from tests.faults.ground import differences

WARD = "00364"
RUNS = "select id, state, failure, certified from match_run where trigger = 'ward'"
CURRENT = "select count(*) from match_run where trigger = 'ward' and state = 'ready'"
# Of runs that are no longer the current ones, or never were.
STRAY = (
    "select p.id from proposal p join match_run r on r.id = p.run_id"
    " where p.state = 'proposed' and r.state <> 'ready'"
)
ENDED_TWICE = (
    "select object_id from audit_event where action = 'finish-run' group by 1 having count(*) > 1"
)
OVER = frozenset({"ready", "superseded"})


class Askers:
    """So many runs are asked for; each is wanted once, and one at a time."""

    def __init__(self, ground, runs):
        self._ground, self._runs = ground, runs
        self._asked = []

    def threads(self):
        """One officer."""
        return [self._ground.thread(self._ask)]

    def progress(self):
        """Done when all were asked for and are over."""
        states = [row[1] for row in self._ground.ask(RUNS)]
        ended = sum(state not in {"pending", "running"} for state in states)
        is_over = len(self._asked) == self._runs == ended
        return is_over or f"{len(self._asked)} asked for, {ended} over, of {self._runs}"

    def found(self):
        """Every run that was promised ended well; none was made twice; one is current."""
        rows = self._ground.ask(RUNS)
        wrong = differences("runs", self._asked, [row[0] for row in rows])
        wrong += [f"run {row}" for row in rows if row[1] not in OVER or not row[3]]
        ((current,),) = self._ground.ask(CURRENT)
        wrong += [f"{current} current runs of one ward"] if current > 1 else []
        wrong += [f"run {row[0]} ended twice" for row in self._ground.ask(ENDED_TWICE)]
        wrong += [f"proposal {row[0]} of no current run" for row in self._ground.ask(STRAY)]
        return {"runs asked for": len(self._asked), "runs that ended": len(rows)}, wrong

    def _ask(self):
        """Ask; while another run is under way the site says so, and one asks again later."""
        for turn in self._ground.turns():
            if len(self._asked) == self._runs:
                return
            form, key = {"ward_code": WARD}, f"run-{turn}"
            answer = self._ground.ask_for("officer", "/runs", form, key=key)
            if answer.startswith("/"):
                self._asked.append(answer.rsplit("/", 1)[-1])
            elif not answer.startswith("409"):
                self._ground.broken.append(f"{key}: {answer}")

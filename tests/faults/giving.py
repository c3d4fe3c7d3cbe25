"""Those who give, and the staff who accept pledges and proposals."""

from tests.faults.ground import differences

WAITING_PLEDGES = (
    "select p.id, p.version, array_agg(l.id) from pledge p join pledge_line l"
    " on l.pledge_id = p.id where l.state = 'offered' group by 1, 2 limit 20"
)
WAITING_PROPOSALS = "select id from proposal where state = 'proposed' and {} order by id limit 10"
# Two proposals of one line mostly follow upon each other.
SHARES = {"all": "true", "even": "id % 2 = 0"}


class Givers:
    """So many clients press send on drafts; staff decide on what comes.

    Two approvers are at the same list of proposals; one takes every other of them only.
    """

    def __init__(self, ground, drafts, clients):
        self._ground, self._drafts, self._clients = ground, list(drafts), clients
        self._todo = list(drafts)

    def threads(self):
        """The clients and the staff."""
        clients = [self._ground.thread(self._give) for _ in range(self._clients)]
        approvers = [self._ground.thread(self._approve, share) for share in SHARES]
        return [*clients, self._ground.thread(self._accept_pledges), *approvers]

    def progress(self):
        """Done when every pledge is accepted."""
        question = "select count(*) from pledge_line where state <> 'offered'"
        ((accepted,),) = self._ground.ask(question)
        return accepted == len(self._drafts) or f"{accepted} of {len(self._drafts)} accepted"

    def found(self):
        """Each draft that was sent is one pledge, at the place that its answer named."""
        rows = self._ground.ask("select id, pledge_id from pledge_draft")
        became = [f"{draft_id} {pledge_id}" for draft_id, pledge_id in rows if pledge_id]
        told = [
            f"{draft_id} {place.rstrip('/').split('/')[2].partition('?')[0]}"
            for draft_id in self._drafts
            for place in self._ground.answers[draft_id]
            if place.startswith("/")
        ]
        pledges = [row[0] for row in self._ground.ask("select id from pledge")]
        wrong = differences("pledges", told, became)
        wrong += differences("pledges", [told_.split()[1] for told_ in told], pledges)
        return {"pledges sent": len(told), "pledges": len(pledges)}, wrong

    def _give(self):
        while self._todo:
            try:
                draft_id = self._todo.pop()
            except IndexError:
                return
            self._ground.send("donor", f"/pledges/new/{draft_id}/send", {}, key=draft_id)

    def _accept_pledges(self):
        for _ in self._ground.turns():
            for pledge_id, version, lines in self._ground.ask(WAITING_PLEDGES):
                form = {"lines": lines, "version": str(version)}
                key = f"accept-{pledge_id}-{version}"
                self._ground.send("officer", f"/pledges/{pledge_id}/accept", form, key=key)

    def _approve(self, share):
        question = WAITING_PROPOSALS.format(SHARES[share])
        for turn in self._ground.turns():
            if ids := [str(row[0]) for row in self._ground.ask(question)]:
                for proposal_id in ids:
                    self._ground.read("approver", f"/proposals/{proposal_id}")
                form, key = {"proposal": ids, "decision": "accept"}, f"decide-{share}-{turn}"
                self._ground.send("approver", "/proposals/decide", form, key=key)

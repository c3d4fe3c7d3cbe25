"""A ward's campaign: a list of cards comes in, holders are reminded, with pauses in between.

Two of the ward's people press each button at once, and each of them sometimes twice.
"""

import csv
import io
import time
from datetime import timedelta

from app.campaigns.rules import LARGEST_ALONE
from app.kernel.clock import today
from tests.faults.ground import differences

PAUSES = 2
PAUSE_SECONDS = 0.5
HEADER = ("Họ và tên", "Năm sinh", "Số điện thoại", "Số thẻ BHYT", "Ngày hết hạn")
# No site here has Zalo, so all of them go on to the next channel.
REMINDED = (
    "select recipient_id from notice where template = 'insurance-renewal' and channel = 'sms'"
)
STATE = "select state, (select count(*) from reminder) from campaign"
WAITING = f"{REMINDED} and state <> 'sent'"
ASKED = "select id from campaign_agreement where state = 'asked'"
CARDS = "select id::text from insurance_card"


def list_of(count):
    """So many cards that run out tomorrow, each with a phone that no household has."""
    out = io.StringIO()
    day = f"{today() + timedelta(days=1):%d/%m/%Y}"
    rows = ((f"Trần Thị {n}", "1950", f"0913{n:06d}", f"GD4{n:012d}", day) for n in range(count))
    csv.writer(out).writerows([HEADER, *rows])
    return out.getvalue().encode()


class Reminders:
    """So many holders of cards, each of whom is to hear of it once."""

    def __init__(self, ground, cards):
        self._ground, self._cards = ground, cards
        self._is_done = False

    def threads(self):
        """The officer; the approver presses along where there is something to press."""
        return [self._ground.thread(self._remind)]

    def progress(self):
        """Done when the campaign runs after its last pause and all of its messages have left."""
        found = self._ground.ask(STATE)
        waiting = len(self._ground.ask(WAITING))
        is_told = found == [("running", self._cards)] and not waiting
        return (self._is_done and is_told) or str((self._is_done, found, waiting))

    def found(self):
        """Every holder has one reminder, whatever became of the pauses."""
        cards = [row[0] for row in self._ground.ask(CARDS)]
        reminded = [row[0] for row in self._ground.ask(REMINDED)]
        wrong = differences("reminders", cards, reminded)
        wrong += [] if len(cards) == self._cards else [f"{len(cards)} of {self._cards} cards"]
        return {"cards": self._cards, "reminders": len(reminded)}, wrong

    def _remind(self):
        files = {"file": ("the-bhyt.csv", list_of(self._cards))}
        self._ground.send(
            "officer", "/campaigns/lists", {"kind": "cards"}, key="cards", files=files
        )
        facts = {"population": "10000", "covered": "8363", "hotline": "0258 3812 345"}
        place = self._ground.send("officer", "/campaigns/", facts, key="campaign")
        self._begin(place)
        for turn in range(PAUSES):
            time.sleep(PAUSE_SECONDS)
            self._press(place, "pause", turn)
            time.sleep(PAUSE_SECONDS)
            self._press(place, "start", turn)
        self._is_done = True

    def _begin(self, place):
        """Many people need the word of both; few are reminded by whoever presses first."""
        if self._cards <= LARGEST_ALONE:
            self._press(place, "start", "begin")
            return
        self._ground.send("officer", f"{place}/agreements", {}, key="ask")
        [[agreement]] = self._ground.ask(ASKED)
        self._ground.send("approver", f"{place}/agreements/{agreement}/agree", {}, key="agree")

    def _press(self, place, button, turn):
        """Whoever comes second is told that somebody has done it; one of them has."""
        path, said = f"{place}/{button}", {}

        def press(who):
            key = f"{button}-{turn}-{who}"
            said[who] = self._ground.ask_for(who, path, {}, key=key)

        pressing = [self._ground.thread(press, who) for who in ("officer", "approver")]
        for thread in pressing:
            thread.start()
        for thread in pressing:
            thread.join()
        answers = sorted(answer[:3] for answer in said.values())
        if sum(answer.startswith("/") for answer in answers) != 1 or "409" not in answers:
            self._ground.broken.append(f"{button} {turn}: {sorted(said.values())}")

"""Clerks who bring the ward's lists in: upload, wait for the preview, commit, wait for the book.

Every third list is brought by two of them at once, as happens on a Monday; its households are
in the book once all the same.
"""

import io
from itertools import product

import xlsxwriter

from tests.faults.ground import differences

ROWS = 8
BOTH = 3
HEADER = ("Họ và tên", "Năm sinh", "CCCD", "Tổ", "Diện hộ", "SĐT", "Địa chỉ")
SYLLABLES = ("An", "Bảo", "Châu", "Dung", "Giang", "Hạnh", "Khánh", "Liên", "Mai", "Ngân")
NAMES = [" ".join(words) for words in product(SYLLABLES, repeat=3)]
GAVE_UP = (
    "select i.state, j.state = 'dead' from household_import i join job j on j.id = i.job_id"
    " where i.id = %s"
)
ENTERED = "select head_name from household where import_id is not null"
COMMITTED = "select id from household_import where state = 'committed'"


def names_of(number):
    """The heads of the households on a list; no other list has any of them."""
    start = number * ROWS
    return [f"Nguyễn Thị {name}" for name in NAMES[start : start + ROWS]]


def workbook_of(number):
    """The list as a file."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, HEADER)
    for row, name in enumerate(names_of(number), start=1):
        n = number * ROWS + row
        where = [f"001150{n:06d}", "Tổ 7", "Hộ nghèo", f"09{n:08d}", f"Ngõ {n}"]
        page.write_row(row, 0, [name, "1950", *where])
    book.close()
    return file.getvalue()


class Clerks:
    """Two clerks and a number of lists."""

    def __init__(self, ground, lists):
        self._ground, self._lists = ground, lists
        self._entered, self._brought = set(), 0

    def threads(self):
        """The first brings every list, the second some of the same."""
        first = self._ground.thread(self._bring, "first", range(self._lists))
        second = self._ground.thread(self._bring, "second", range(0, self._lists, BOTH))
        return [first, second]

    def progress(self):
        """Done when both have been through their lists."""
        wanted = self._lists + len(range(0, self._lists, BOTH))
        return self._brought == wanted or f"{self._brought} of {wanted} brought"

    def found(self):
        """Every household of every list is in the book, once; so is each list that was told so."""
        wanted = [name for number in range(self._lists) for name in names_of(number)]
        there = [row[0] for row in self._ground.ask(ENTERED)]
        told = [row[0] for row in self._ground.ask(COMMITTED)]
        wrong = differences("households", wanted, there)
        wrong += differences("lists", self._entered, told)
        return {"households on lists": len(wanted), "households entered": len(there)}, wrong

    def _bring(self, clerk, numbers):
        for number in numbers:
            self._enter(clerk, number)
            self._brought += 1

    def _enter(self, clerk, number):
        """One list from the file to the book; whoever comes second may be told that it is there."""
        files = {"file": (f"danh-sach-{number}.xlsx", workbook_of(number))}
        key = f"upload-{clerk}-{number}"
        place = self._send("/imports/households", key, number, files)
        if place is None or not self._passed(place, f"check-{key}", "checked"):
            return
        if self._send(f"{place}/commit", f"commit-{clerk}-{number}", number) is None:
            return
        if self._passed(place, f"enter-{key}", "committed"):
            self._entered.add(place.rsplit("/", 1)[-1])

    def _send(self, path, key, number, files=None):
        """Where it leads; None where another clerk brings this list too and was first."""
        if number % BOTH:
            return self._ground.send("officer", path, {}, key=key, files=files)
        answer = self._ground.ask_for("officer", path, {}, key=key, files=files)
        if answer.startswith("/"):
            return answer
        if not answer.startswith("422"):
            self._ground.broken.append(f"{key}: {answer}")
        return None

    def _passed(self, place, key, state):
        """Wait until the list is so far; press "again" where the machine gave up, as people do."""
        import_id, presses = place.rsplit("/", 1)[-1], iter(range(100))

        def look():
            ((now, gave_up),) = self._ground.ask(GAVE_UP, import_id)
            if gave_up:
                again = f"{key}-again-{next(presses)}"
                self._ground.ask_for("officer", f"{place}/again", {}, key=again)
            return now in {state, "refused"} or (now, gave_up)

        self._ground.wait(key, look)
        ((now, _),) = self._ground.ask(GAVE_UP, import_id)
        return now == state

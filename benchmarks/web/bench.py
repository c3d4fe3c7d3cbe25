"""Pages against a bare Flask page with one query, in the same run (DESIGN.md 6, TRUST.md 6)."""

import statistics

from benchmarks.figures import Figure, at_most, percentile
from benchmarks.web.load import Load, press
from benchmarks.web.site import Site, first_load_bytes, site, statements_for
from benchmarks.web.writing import pledges_sent

ROUNDS = 5
PHASE_SECONDS = 4.0
BOARD = "/board"
MILLISECONDS = 1000


def measure() -> list[Figure]:
    """Press both servers in turn and compare medians of the rounds. About two minutes."""
    with site() as running:
        return [
            *_under_load(running),
            *_statements(running),
            *_first_load(running),
            *pledges_sent(running),
        ]


def _under_load(running: Site) -> list[Figure]:
    kinds: dict[str, list[Load]] = {"bare": [], "staff": [], "board": []}
    for _round in range(ROUNDS):
        kinds["bare"].append(press(running.bare_port, ["/"], {}, PHASE_SECONDS))
        kinds["staff"].append(press(running.port, running.pages, running.headers, PHASE_SECONDS))
        kinds["board"].append(press(running.port, [BOARD], {}, PHASE_SECONDS))
    bare95, staff95, board95 = (_middle(kinds[k], 0.95) for k in ("bare", "staff", "board"))
    staff99 = _middle(kinds["staff"], 0.99) / _middle(kinds["bare"], 0.99)
    errors = sum(load.errors for loads in kinds.values() for load in loads)
    return [
        Figure("bare Flask page, one query: p95 of 50 users", bare95 * MILLISECONDS, "ms"),
        Figure("bare Flask page: requests", _rate(kinds["bare"]), "a second"),
        Figure("officer's pages: requests", _rate(kinds["staff"]), "a second"),
        at_most("officer's pages: p95 against bare", staff95 / bare95, "×", 4),
        at_most("officer's pages: p99 against bare", staff99, "×", 6),
        at_most("public board: p95 against bare", board95 / bare95, "×", 2),
        at_most("answers other than 200", errors, "", 0),
    ]


def _middle(loads: list[Load], part: float) -> float:
    return statistics.median(percentile(load.seconds, part) for load in loads)


def _rate(loads: list[Load]) -> float:
    return statistics.median(len(load.seconds) for load in loads) / PHASE_SECONDS


def _statements(running: Site) -> list[Figure]:
    # Twice, since the first request of a session also notes that it is in use.
    for path in running.pages:
        statements_for(running, path)
    return [
        at_most(f"SQL statements for {path}", statements_for(running, path), "", 10)
        for path in (*running.pages, BOARD)
    ]


def _first_load(running: Site) -> list[Figure]:
    return [
        at_most(f"first load of {path}", first_load_bytes(running.port, path) / 1000, "kB", 150)
        for path in ("/", BOARD)
    ]

"""From rows in PostgreSQL to stored proposals, against the database and the engine alone."""

import io
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psycopg

from app.infra.embedded import embedded
from app.matching.solver.columns import Ints
from app.matching.solver.files.problems import parts_of
from app.matching.solver.files.reading import NEED_COLUMNS, PLEDGE_COLUMNS, Instance
from app.matching.solver.files.tables import Table
from app.matching.solver.plan import solve
from app.matching.solver.problem import Policy
from benchmarks.matching.instances import Given, ids_of, run_of, seconds_of

Connection = psycopg.Connection[tuple[object, ...]]
PROPOSAL = """
create temp table proposal (
    id bigint generated always as identity primary key,
    pledge_id bigint not null references pledge,
    need_id bigint not null references need,
    units bigint not null check (units > 0)
);
create index on proposal (pledge_id);
create index on proposal (need_id);
"""


@contextmanager
def database_with(given: Given) -> Iterator[Connection]:
    """A database of its own that holds the instance's needs and pledges."""
    state = Path(tempfile.mkdtemp(prefix="nhipcau-bench-"))
    state.chmod(0o711)
    try:
        with embedded(state, fast=True) as running:
            address = running.admin_url.replace("postgresql+psycopg", "postgresql")
            with psycopg.connect(address) as connection:
                _fill(connection, "need", NEED_COLUMNS, given.instance.needs)
                _fill(connection, "pledge", PLEDGE_COLUMNS, given.instance.pledges)
                yield connection
    finally:
        shutil.rmtree(state, ignore_errors=True)


def _fill(connection: Connection, name: str, columns: tuple[str, ...], table: Table) -> None:
    rest = ", ".join(f"{column} bigint not null" for column in columns[1:])
    connection.execute(f"create temp table {name} ({columns[0]} bigint primary key, {rest})")
    values = np.stack([table[column] for column in columns], axis=1)
    _copy_in(connection, f"copy {name} from stdin", values)
    connection.execute(f"analyze {name}")


HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TAIL = b"\xff\xff"


def _row_type(columns: int) -> np.dtype[np.void]:
    """A row of whole numbers in PostgreSQL's binary COPY: how many, then size and value of each."""
    parts = [(f"{kind}{i}", kind) for i in range(columns) for kind in (">i4", ">i8")]
    return np.dtype([("columns", ">i2"), *parts])


def _copy_in(connection: Connection, statement: str, values: Ints) -> None:
    rows = np.empty(len(values), dtype=_row_type(values.shape[1]))
    rows["columns"] = values.shape[1]
    for i, column in enumerate(values.T):
        rows[f">i4{i}"], rows[f">i8{i}"] = 8, column
    with connection.cursor().copy(f"{statement} (format binary)") as copy:
        copy.write(HEAD + rows.tobytes() + TAIL)


def _copy_out(connection: Connection, name: str, form: str) -> bytes:
    with connection.cursor().copy(f"copy {name} to stdout (format {form})") as copy:
        return b"".join(bytes(part) for part in copy)


def _read(connection: Connection, name: str, columns: tuple[str, ...]) -> Table:
    raw = _copy_out(connection, name, "binary")
    rows = np.frombuffer(raw[len(HEAD) : -len(TAIL)], dtype=_row_type(len(columns)))
    named = enumerate(columns)
    return Table(name, {column: rows[f">i8{i}"].astype(np.int64) for i, column in named})


STORE = "copy proposal (pledge_id, need_id, units) from stdin"


def whole_seconds(given: Given, connection: Connection) -> float:
    """Read, encode, solve, prove and store, all seven categories."""
    connection.execute(f"drop table if exists proposal; {PROPOSAL}")
    started = time.perf_counter()
    needs = _read(connection, "need", NEED_COLUMNS)
    pledges = _read(connection, "pledge", PLEDGE_COLUMNS)
    seen = given.instance
    instance = Instance(
        needs, pledges, seen.cluster, seen.province, seen.blocked, seen.fund, seen.digest
    )
    rows = []
    for part in parts_of(instance, Policy()):
        if not part.category.is_project:
            plan = solve(part.problem)
            columns = (part.pledges[plan.pledge], part.needs[plan.need], plan.units)
            rows.append(np.stack(columns, axis=1))
    _copy_in(connection, STORE, np.concatenate(rows))
    return time.perf_counter() - started


def raw_seconds(given: Given, connection: Connection) -> float:
    """COPY out, the engine on the ready network, and COPY in of ready text; nothing between."""
    runs = [run_of(part) for part in given.flows]
    text = io.StringIO()
    np.savetxt(text, np.concatenate([ids_of(run) for run in runs]), fmt="%d", delimiter=",")
    connection.execute(f"drop table if exists proposal; {PROPOSAL}")
    started = time.perf_counter()
    _copy_out(connection, "need", "csv")
    _copy_out(connection, "pledge", "csv")
    with connection.cursor().copy(f"{STORE} (format csv)") as copy:
        copy.write(text.getvalue())
    return time.perf_counter() - started + seconds_of(runs, "engine")

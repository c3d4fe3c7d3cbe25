"""An instance as rows of the product: households, standings, needs and pledges in PostgreSQL."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

from app.cli.deployment import own_environment
from app.cli.migrate import bring_up_to_date
from app.config import Settings
from app.factory import create_app
from app.infra.database import engine_in_use
from app.infra.embedded import embedded
from app.infra.roles import WORKER
from app.kernel.clock import today
from app.matching.solver.problem import WARD
from benchmarks.matching.instances import Given, generator

Connection = psycopg.Connection[tuple[object, ...]]
PROVINCE = "01"
GROUPS = (
    "poor", "near-poor", "disability", "child", "lonely-elderly", "agent-orange", "policy",
    "hardship", "newly-escaped", "sudden-hardship",
)  # fmt: skip
MODELS = ("units", "units", "units", "item", "item", "item", "place")
# The generator's buckets of time, as days from today: now, a month, a quarter, later.
DAYS = (0, 30, 90, 300)
STAFF = ("bench-a", "bench-b", "bench-c")


@dataclass(frozen=True, slots=True)
class Site:
    """A migrated database that holds an instance. environment: of a worker on it."""

    environment: dict[str, str]
    address: str
    wards: tuple[str, ...]


@contextmanager
def site_with(given: Given) -> Iterator[Site]:
    """Start servers of our own and fill them; they are gone afterwards."""
    with TemporaryDirectory(prefix="nhipcau-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        with embedded(Path(folder)) as running:
            own = own_environment(
                running.state, running.database_url, running.redis_url, "http://127.0.0.1"
            ) | {"DATABASE_ROLE": WORKER}
            settings = Settings.from_env(own)
            bring_up_to_date(settings)
            create_app(settings)
            address = running.admin_url.replace("postgresql+psycopg", "postgresql")
            with psycopg.connect(address) as connection:
                wards = _fill(connection, given)
            with psycopg.connect(address, autocommit=True) as connection:
                connection.execute("vacuum analyze")
            yield Site(own, address, wards)
            engine_in_use().dispose()


def _fill(connection: Connection, given: Given) -> tuple[str, ...]:
    found = connection.execute(
        "select code from ward where province_code = %s order by code", [PROVINCE]
    ).fetchall()
    count = 1 if given.scale == "ward" else len(given.original.ward_cluster)
    wards = tuple(str(code) for (code,) in found[:count])
    connection.execute("update support_kind set is_open = false")
    _copy(connection, "account", ("id", "name", "email_index"), [(a, a, a.encode()) for a in STAFF])
    _kinds(connection)
    _programmes(connection)
    _places(connection, given, wards)
    _households(connection, given, wards)
    _needs(connection, given, wards)
    _pledges(connection, given, wards)
    return wards


def _copy(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[object, ...]]
) -> None:
    statement = f"copy {table} ({', '.join(columns)}) from stdin"
    with connection.cursor().copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _kinds(connection: Connection) -> None:
    columns = (
        "code", "label_vi", "label_en", "unit_vi", "unit_en", "model", "icon", "reference_value",
        "max_units", "repeat_after_days", "one_per_household", "is_open", "position",
        "spec_fields", "fit", "evidence",
    )  # fmt: skip
    rows = [
        (
            kind(c), kind(c), kind(c), "phần", "unit", model, "gift", 100_000, 10, 0,
            model != "place", True, 100 + c, "[]", '{"size": "any-of"}', "[]",
        )
        for c, model in enumerate(MODELS)
    ]  # fmt: skip
    _copy(connection, "support_kind", columns, rows)


def kind(category: int) -> str:
    """The code of the support kind that stands for a category."""
    return f"bench_{category}"


def _programmes(connection: Connection) -> None:
    columns = (
        "id", "code", "theme", "name_vi", "name_en", "aim_vi", "aim_en", "kinds", "starts_on",
        "ends_on", "once_per_household",
    )  # fmt: skip
    span = (today() - timedelta(days=30), today() + timedelta(days=400))
    rows = [
        (f"drive-{n}", f"DRIVE-{n}", "tet", f"Đợt {n}", f"Drive {n}", "-", "-", "[]", *span, False)
        for n in range(1, generator.N_PROGRAMME + 1)
    ]
    _copy(connection, "programme", columns, rows)


def _place(given: Given, wards: Sequence[str], number: int) -> tuple[str, str]:
    """Ward and residential group of one of the instance's leaves."""
    return wards[0 if given.scale == "ward" else number], f"group-{number:04d}"


def _places(connection: Connection, given: Given, wards: Sequence[str]) -> None:
    columns = ("id", "ward_code", "kind", "name", "folded_name", "sort_key", "valid_from")
    rows = []
    for number in range(len(given.original.ward_cluster)):
        ward, group = _place(given, wards, number)
        rows.append((group, ward, "tổ dân phố", group, group, group, date(2025, 1, 1)))
    _copy(connection, "residential_group", columns, rows)


def _households(connection: Connection, given: Given, wards: Sequence[str]) -> None:
    needs = given.original.needs
    homes: dict[int, tuple[int, int]] = {}
    for home, ward, groups in zip(
        needs["household"].tolist(), needs["ward"].tolist(), needs["groups"].tolist(), strict=True
    ):
        homes[home] = (ward, homes.get(home, (0, 0))[1] | groups)
    rows, standings = [], []
    signed = (*STAFF, date(2026, 1, 1), "approved", "list")
    for home, (number, groups) in homes.items():
        ward, group = _place(given, wards, number)
        name = f"home-{home:07d}"
        rows.append((name, name, ward, group, name, name, name))
        standings += [
            (f"{name}-{g}", ward, name, GROUPS[g], *signed)
            for g in range(len(GROUPS))
            if groups >> g & 1
        ]
    columns = ("id", "code", "ward_code", "group_id", "head_name", "sort_key", "search_text")
    _copy(connection, "household", columns, rows)
    facts = (
        "id", "ward_code", "household_id", "kind", "created_by", "verified_by", "approved_by",
        "valid_from", "state", "source",
    )  # fmt: skip
    _copy(connection, "standing", facts, standings)


def _needs(connection: Connection, given: Given, wards: Sequence[str]) -> None:
    n, rows = given.original.needs, []
    first = {h: (g & -g).bit_length() - 1 for h, g in _first_groups(given)}
    table = zip(*(n[name].tolist() for name in generator.NEED_COLS), strict=True)
    for row in table:
        number, home, ward, category, spec, _, programme, start, end, qty, _, urgency, w = row
        if category == generator.HOUSING:
            continue
        rows.append((
            f"need-{number:07d}", f"NC-{number:07d}", _place(given, wards, ward)[0],
            f"home-{home:07d}", f"home-{home:07d}-{first[home]}", kind(category),
            f"drive-{programme}" if programme else None, json.dumps({"size": f"s{spec}"}), qty, 0,
            urgency, today() + timedelta(days=DAYS[start]),
            None if end == len(DAYS) - 1 else today() + timedelta(days=DAYS[end] + 29), "approved",
            *STAFF, today() - timedelta(days=w),
        ))  # fmt: skip
    columns = (
        "id", "code", "ward_code", "household_id", "standing_id", "kind_code", "programme_id",
        "spec", "units", "cost_dong", "urgency", "starts_on", "deadline_on", "state", "created_by",
        "verified_by", "approved_by", "approved_at",
    )  # fmt: skip
    _copy(connection, "need", columns, rows)


def _first_groups(given: Given) -> Iterator[tuple[int, int]]:
    """Household and its lowest group, over all its needs."""
    homes: dict[int, int] = {}
    needs = given.original.needs
    for home, groups in zip(needs["household"].tolist(), needs["groups"].tolist(), strict=True):
        homes[home] = homes.get(home, 0) | groups
    return iter(homes.items())


def _pledges(connection: Connection, given: Given, wards: Sequence[str]) -> None:
    p = given.original.pledges
    donor = ("id", "code", "kind", "name", "folded_name", "shown_as")
    _copy(connection, "donor", donor, [("donor", "donor", "person", "-", "-", "anonymous")])
    pledges, lines = [], []
    for row in zip(*(p[name].tolist() for name in generator.PLEDGE_COLS), strict=True):
        number, origin, category, spec, qty, scope, place, groups, programme, opens, ends = row
        if category == generator.HOUSING:
            continue
        named = [wards[place]] if scope == WARD and given.scale != "ward" else []
        pledges.append((
            f"pledge-{number:06d}", f"CK-{number:06d}", "donor", _place(given, wards, origin)[0],
            f"drive-{programme}" if programme else None, json.dumps(named),
            json.dumps([GROUPS[g] for g in range(len(GROUPS)) if groups >> g & 1]),
            today() + timedelta(days=DAYS[opens]), today() + timedelta(days=DAYS[ends] + 29),
        ))  # fmt: skip
        sizes = [f"s{s}" for s, fits in enumerate(generator.fit_table(category)[spec]) if fits]
        lines.append((
            f"line-{number:06d}", f"pledge-{number:06d}", kind(category),
            json.dumps({"size": sizes}), "kind", qty, 100_000, "open", qty,
        ))  # fmt: skip
    columns = (
        "id", "code", "donor_id", "ward_code", "programme_id", "wards", "groups",
        "available_from", "available_to",
    )  # fmt: skip
    _copy(connection, "pledge", columns, pledges)
    of_lines = (
        "id", "pledge_id", "kind_code", "spec", "given_as", "units", "unit_value", "state", "free",
    )  # fmt: skip
    _copy(connection, "pledge_line", of_lines, lines)

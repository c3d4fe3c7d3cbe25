"""`simulate`: replays what past runs saw under another policy, and says what would change."""

import json
import sys
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, cast

import click

from app.cli.deployment import data_option, running_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import ColumnElement

    from app.infra.transaction import Session
    from app.matching.queries.replays import Past
    from app.matching.rules.policy import PolicyRules

MALFORMED = 2
# More than any version has, and fewer than overflow the database's numbers.
MOST_DIGITS = 15
# What the figures of both sides are called.
TOTALS = {
    "units": "units given",
    "households": "households served",
    "least": "least part of what a place asks for",
    "gini": "unevenness between places (Gini)",
    "price": "part of the priority that evenness first would cost",
    "floor_price": "part of the priority that the floor costs",
}
TABLES = {"safe_groups": "group", "wards": "ward", "kinds": "kind"}
DAY = click.DateTime(["%Y-%m-%d"])


@click.command("simulate")
@click.option("--ward", "ward_code", help="Code of the ward whose runs are replayed.")
@click.option("--province", "province_code", help="Code of a province: its runs and its wards'.")
@click.option("--run", "run_id", help="One run by its id.")
@click.option("--from", "first", type=DAY, help="The first day of the runs.")
@click.option("--to", "last", type=DAY, help="The last day of the runs, included.")
@click.option("--policy", required=True, help="A version's number, or a JSON file of rules.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole comparison as JSON.")
@data_option
def command(  # noqa: PLR0913 - one option each.
    *,
    ward_code: str | None,
    province_code: str | None,
    run_id: str | None,
    first: datetime | None,
    last: datetime | None,
    policy: str,
    as_json: bool,
    data: Path | None,
) -> None:
    """Replay past runs under POLICY beside the version each of them used. Changes nothing.

    Exit code 2 and a sentence if the policy is malformed or contradicts itself, or no run is kept.
    """
    if (ward_code is None) == (province_code is None):
        raise click.UsageError("name either --ward or --province")
    if (run_id is None) == (first is None or last is None):
        raise click.UsageError("name either --run, or both --from and --to")
    wanted = _Wanted(ward_code, province_code, run_id, first, last)
    facts = _simulated(wanted, policy, data)
    click.echo(json.dumps(facts, ensure_ascii=False, indent=1) if as_json else _in_words(facts))


class _Wanted:
    """Which runs to replay."""

    def __init__(
        self,
        ward_code: str | None,
        province_code: str | None,
        run_id: str | None,
        first: datetime | None,
        last: datetime | None,
    ) -> None:
        self.ward_code, self.province_code, self.run_id = ward_code, province_code, run_id
        self.first, self.last = first, last

    def pasts(self, session: "Session") -> "Iterator[Past]":
        """What the runs that are meant saw, oldest first; a province's wards before its own."""
        from app.matching.queries import replays

        which = self._which()
        if self.ward_code is not None:
            yield from replays.pasts_of_wards(session, [self.ward_code], which)
            return
        province = self.province_code or ""
        wards = replays.wards_of_province(session, province)
        yield from replays.pasts_of_wards(session, wards, which)
        yield from replays.pasts_of_province(session, province, which)

    def _which(self) -> "ColumnElement[bool]":
        from app.kernel.clock import VIETNAM
        from app.matching.queries import replays

        if self.run_id is not None:
            return replays.is_run(self.run_id)
        first = cast("datetime", self.first).replace(tzinfo=VIETNAM)
        last = cast("datetime", self.last).replace(tzinfo=VIETNAM)
        return replays.made_between(first, last + timedelta(days=1))


def _simulated(wanted: _Wanted, policy: str, data: Path | None) -> dict[str, object]:
    """The comparison over all runs that are meant."""
    from app.infra import database
    from app.infra.transaction import scoped, transaction

    with running_settings(data) as settings:
        database.bind(engine := database.make_engine(settings))
        try:
            with scoped({"*"}), transaction(read_only=True) as session:
                facts = _compared(session, wanted, policy)
        finally:
            engine.dispose()
    if not facts["run_ids"]:
        _refuse("no such run of these days and wards has kept its input")
    return facts


def _compared(session: "Session", wanted: _Wanted, policy: str) -> dict[str, object]:
    """What would change; run_ids: the runs that were replayed, oldest first."""
    from app.kernel.errors import NotFound
    from app.matching.comparing import Comparing, solved_under
    from app.matching.packing import unpacked
    from app.matching.queries.policy import load_policy

    try:
        other = _policy(session, policy)
    except NotFound as missing:
        _refuse(f"{missing.code}: there is none of the number {policy}")
    comparing, run_ids = Comparing(named=True), []
    for past in wanted.pasts(session):
        seen = unpacked(past.body)
        own = load_policy(session, past.policy_version).rules
        comparing.add(seen, solved_under(seen, own), solved_under(seen, other))
        run_ids.append(past.run_id)
    return comparing.facts() | {"run_ids": list(dict.fromkeys(run_ids))}


def _policy(session: "Session", policy: str) -> "PolicyRules":
    """The rules of a version, or of a file: numbers that the file leaves out are those in force."""
    from app.kernel.errors import NotFound
    from app.matching.queries.policy import load_policy
    from app.matching.rules.policy import policy_from
    from app.matching.rules.policy_checks import faults_in

    if policy.isdecimal():
        if len(policy) > MOST_DIGITS:
            raise NotFound("policy")
        return load_policy(session, int(policy)).rules
    base = load_policy(session).rules
    try:
        typed = json.loads(Path(policy).read_text(encoding="utf-8"))
        stored = base.as_json()
        if unknown := sorted(typed.keys() - asdict(base).keys()):
            _refuse(f"{policy}: a policy has no {', '.join(unknown)}")
        kinds = {**cast("dict[str, object]", stored["kinds"]), **typed.get("kinds", {})}
        rules = policy_from({**stored, **typed, "kinds": kinds})
        faults = faults_in(rules)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, IndexError) as cause:
        _refuse(f"{policy}: not a policy ({cause})")
    if faults:
        told = "; ".join(f"{f.name} {f.code} {f.facts}" for f in faults)
        _refuse(f"{policy}: contradicts itself: {told}")
    return rules


def _refuse(words: str) -> NoReturn:
    click.echo(words, err=True)
    sys.exit(MALFORMED)


def _in_words(facts: dict[str, object]) -> str:
    """A few lines for a person."""
    totals = cast("dict[str, dict[str, float]]", facts["totals"])
    lines = [
        f"{facts['runs']} runs replayed; proven best: {'yes' if facts['certified'] else 'no'}",
        f"needs that gain: {facts['gained_count']}, that lose: {facts['lost_count']}",
    ]
    lines += [
        f"{words}: {totals['before'][name]} -> {totals['after'][name]}"
        for name, words in TOTALS.items()
    ]
    for table, words in TABLES.items():
        rows = cast("list[dict[str, object]]", facts.get(table, []))
        lines += [
            f"units, {words} {row['id']}: {row['before']} -> {row['after']}"
            for row in rows
            if row["before"] != row["after"]
        ]
    return "\n".join(lines)

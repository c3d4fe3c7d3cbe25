"""The wizard's answers, as its draft keeps them, and the pledge that they make."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import Any, TypeAlias

from app.pledges.rules import GivenAs, LineDraft, PledgeDraft

# JSON, as the draft stores it: kind, lines, earmark, wards, groups, programme, ward, from, to.
Answers: TypeAlias = dict[str, Any]


def lines_in(answers: Mapping[str, Any]) -> list[LineDraft]:
    """The lines given so far."""
    return [
        LineDraft(
            line["kind_code"],
            line["units"],
            line["unit_value"],
            GivenAs(line["given_as"]),
            line["spec"],
        )
        for line in answers.get("lines", [])
    ]


def with_line(answers: Mapping[str, Any], n: int, line: LineDraft) -> Answers:
    """The answers with line `n` replaced, or added behind the last."""
    lines = list(answers.get("lines", []))
    lines[n : n + 1] = [asdict(line) | {"spec": dict(line.spec)}]
    return {k: v for k, v in answers.items() if k != "kind"} | {"lines": lines}


def without_line(answers: Mapping[str, Any], n: int) -> Answers:
    """The answers without line `n`."""
    lines = [line for i, line in enumerate(answers.get("lines", [])) if i != n]
    return dict(answers) | {"lines": lines}


def repeated(lines: Iterable[LineDraft], earmark: Mapping[str, Any]) -> Answers:
    """Answers that start from an earlier pledge; only the window is asked anew."""
    answers: Answers = dict(earmark)
    for n, line in enumerate(lines):
        answers = with_line(answers, n, line)
    return answers


def is_complete(answers: Mapping[str, Any]) -> bool:
    """Whether every question has been answered."""
    return bool(answers.get("lines")) and {"earmark", "from", "to"} <= answers.keys()


def window_in(answers: Mapping[str, Any]) -> tuple[date, date] | None:
    """The days of the window, if it was given."""
    if not {"from", "to"} <= answers.keys():
        return None
    return date.fromisoformat(answers["from"]), date.fromisoformat(answers["to"])


def draft_from(answers: Mapping[str, Any], note: str | None) -> PledgeDraft:
    """The pledge that complete answers make."""
    first, last = date.fromisoformat(answers["from"]), date.fromisoformat(answers["to"])
    return PledgeDraft(
        lines=tuple(lines_in(answers)),
        ward_code=answers["ward"],
        available_from=first,
        available_to=last,
        wards=tuple(answers["wards"]),
        groups=tuple(answers["groups"]),
        programme_id=answers["programme"],
        note=note,
    )

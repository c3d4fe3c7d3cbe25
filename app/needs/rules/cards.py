"""The anonymised card (DOMAIN.md, 5): what of a household the public may read. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.catalogue.rules import smallest_crowd

CARD_DELAY = timedelta(hours=72)


class SafeLabel(StrEnum):
    """The groups that a card may name. Child groups 5-7 and 9-12, illness and HIV never do."""

    POOR = "poor"
    NEAR_POOR = "near-poor"
    NEWLY_ESCAPED = "newly-escaped"
    HARDSHIP = "hardship"
    POLICY = "policy"
    LONELY_ELDERLY = "lonely-elderly"
    ELDERLY = "elderly"
    DISABILITY = "disability"
    CHILD = "child"
    AGENT_ORANGE = "agent-orange"


# The label that tells most of why help is needed stands first.
LABEL_ORDER: Sequence[SafeLabel] = (
    SafeLabel.LONELY_ELDERLY,
    SafeLabel.DISABILITY,
    SafeLabel.POOR,
    SafeLabel.NEAR_POOR,
    SafeLabel.CHILD,
    SafeLabel.POLICY,
    SafeLabel.NEWLY_ESCAPED,
    SafeLabel.ELDERLY,
    SafeLabel.HARDSHIP,
    SafeLabel.AGENT_ORANGE,
)
AGE_BANDS = ((5, "0-5"), (10, "6-10"), (15, "11-15"), (17, "16-17"), (59, "18-59"), (79, "60-79"))
OLDEST_BAND = "80+"


def age_band(birth_year: int | None, today: date) -> str | None:
    """The band of a person's age, or None if the year of birth is not known."""
    if birth_year is None:
        return None
    age = today.year - birth_year
    return next((band for most, band in AGE_BANDS if age <= most), OLDEST_BAND)


def label_of(groups: Collection[str]) -> SafeLabel | None:
    """The one label a card shows of a household's groups."""
    return next((label for label in LABEL_ORDER if label.value in groups), None)


CHILD_BANDS = frozenset({"0-5", "6-10", "11-15"})
OLD_BANDS = frozenset({"60-79", OLDEST_BAND})


def band_for(label: SafeLabel | None, band: str | None) -> str | None:
    """The age band beside a label, or None where it would tell of somebody else.

    A family with a child in need is no "child, 18-59" because its head is a grown-up.
    """
    if label is SafeLabel.CHILD:
        return band if band in CHILD_BANDS else None
    if label in {SafeLabel.ELDERLY, SafeLabel.LONELY_ELDERLY}:
        return band if band in OLD_BANDS else None
    return band


@dataclass(frozen=True, slots=True)
class Anonymous:
    """What of a person may stand on a card."""

    label: SafeLabel | None
    age_band: str | None


def anonymised(
    groups: Collection[str], band: str | None, people: Mapping[tuple[str | None, str | None], int]
) -> Anonymous:
    """Label and age band, coarsened until as many of the ward share them as its label asks.

    people: how many of the ward have (label, band), with None for "any band". Source: the rule of
    five, or ten, of DOMAIN.md, 5: first the age band goes, then the label. A caller that counts
    households instead of people is stricter, and thereby safe too.
    """
    label = label_of(groups)
    band = band_for(label, band)
    least = smallest_crowd([label] if label else ())
    if band is not None and people.get((label, band), 0) >= least:
        return Anonymous(label, band)
    if people.get((label, None), 0) >= least:
        return Anonymous(label, None)
    return Anonymous(None, None)


def common_groups(
    groups: Collection[str], people: Mapping[tuple[str | None, str | None], int]
) -> tuple[str, ...]:
    """The groups that enough of the ward share; only these may be counted in public."""
    return tuple(g for g in groups if people.get((g, None), 0) >= smallest_crowd([g]))


def posting_delay(seed: int, longest: timedelta = CARD_DELAY) -> timedelta:
    """How long a card waits, so that it is not "the family visited today"."""
    minutes = max(1, int(longest.total_seconds() // 60))
    return timedelta(minutes=seed % minutes) if longest else timedelta(0)


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """What a visitor looks for; `search` finds wards without accents."""

    kind_code: str | None = None
    ward_code: str | None = None
    programme_id: str | None = None
    urgency: int | None = None
    search: str = ""

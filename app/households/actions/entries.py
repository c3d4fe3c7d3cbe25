"""How a household, its people and the facts about it are written: one row each, sealed.

The same for one household typed by hand and for ten thousand of a list.
"""

from dataclasses import dataclass
from datetime import datetime

from app.accounts.rules import Actor
from app.households.rules import (
    HouseholdDraft,
    MemberDraft,
    StandingDraft,
    default_expiry,
)
from app.infra.crypto import cipher
from app.kernel.identity import citizen_tail
from app.kernel.ids import new_code, new_id
from app.kernel.phones import tail_of
from app.kernel.vietnamese import fold, name_sort_key

Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where new rows come from: the ward, who enters them, when, and the list if it was one."""

    ward_code: str
    actor: Actor
    now: datetime
    import_id: str | None = None


def household_row(draft: HouseholdDraft, group_id: str | None, origin: Origin) -> Row:
    """A new household, without its people."""
    household_id, code = new_id(), new_code("H")
    return {
        "id": household_id,
        "code": code,
        "ward_code": origin.ward_code,
        "import_id": origin.import_id,
        "created_by": origin.actor.account_id,
        "created_at": origin.now,
        "changed_at": origin.now,
        "search_text": search_text([draft.head.name], code, draft.own_code),
        **household_facts(draft, group_id, household_id),
    }


def household_facts(draft: HouseholdDraft, group_id: str | None, household_id: str) -> Row:
    """What of a household may change: name, group, size, and the sealed fields."""
    sealed = {"address": draft.address, "phone": draft.phone, "note": draft.note}
    return {
        "head_name": draft.head.name,
        "sort_key": name_sort_key(draft.head.name),
        "group_id": group_id,
        "own_code": draft.own_code,
        "size": draft.size,
        "phone_index": cipher().index(draft.phone, "phone") if draft.phone else None,
        "phone_tail": tail_of(draft.phone) if draft.phone else None,
        **{
            column: cipher().encrypt(text, f"household.{column}:{household_id}") if text else None
            for column, text in sealed.items()
        },
    }


def search_text(names: list[str], code: str, own_code: str | None) -> str:
    """What a household is found by: its people without accents, and its codes."""
    return fold(" ".join([*names, code, own_code or ""]))


def member_row(draft: MemberDraft, household_id: str, ward_code: str, *, is_head: bool) -> Row:
    """A new person of a household."""
    member_id = new_id()
    return {
        "id": member_id,
        "ward_code": ward_code,
        "household_id": household_id,
        "is_head": is_head,
        **member_facts(draft),
        **number_facts(draft.citizen_number, member_id),
    }


def member_facts(draft: MemberDraft) -> Row:
    """What of a person may change, without the citizen number."""
    return {
        "name": draft.name,
        "folded_name": fold(draft.name),
        "sort_key": name_sort_key(draft.name),
        "sex": draft.sex,
        "birth_year": draft.born_on.year if draft.born_on else draft.birth_year,
        "born_on": draft.born_on,
        "relation": draft.relation,
    }


def number_facts(digits: str | None, member_id: str) -> Row:
    """A citizen number as it is stored: sealed, its digest to find it by, its last digits."""
    if digits is None:
        return {"citizen_number": None, "citizen_index": None, "citizen_tail": None}
    return {
        "citizen_number": cipher().encrypt(digits, f"member.citizen_number:{member_id}"),
        "citizen_index": number_index(digits),
        "citizen_tail": citizen_tail(digits),
    }


def number_index(digits: str) -> bytes:
    """The keyed digest by which a citizen number is found."""
    return cipher().index(digits, "citizen")


def standing_row(draft: StandingDraft, household_id: str, origin: Origin) -> Row:
    """A new fact about a household; it opens no door before two people vouched for it."""
    return {
        "id": new_id(),
        "ward_code": origin.ward_code,
        "household_id": household_id,
        "member_id": draft.member_id,
        "kind": draft.kind.value,
        "source": draft.source,
        "created_by": origin.actor.account_id,
        "created_at": origin.now,
        "valid_from": draft.valid_from,
        "valid_until": draft.valid_until or default_expiry(draft.kind, draft.valid_from),
    }

"""Reading needs: the one door to a need, queues, and the public board of cards."""

from app.needs.queries.board import (
    MOST_COUNTED,
    BoardPage,
    Card,
    ClosedCard,
    board,
    board_totals,
    card_by_code,
    count_fitting,
    most_urgent,
    waiting_by_kind,
)
from app.needs.queries.cards import (
    CardFacts,
    agrees_to_card,
    card_and_doubts,
    card_facts,
    public_spec,
    standing_in_force,
)
from app.needs.queries.finding import (
    NeedLine,
    NeedPage,
    NeedView,
    need_for,
    needs_of,
    needs_seen_by,
)
from app.needs.queries.twins import TwinNeeds, twin_needs
from app.needs.rules import BoardFilter, NeedFilter

__all__ = [
    "MOST_COUNTED",
    "BoardFilter",
    "BoardPage",
    "Card",
    "CardFacts",
    "ClosedCard",
    "NeedFilter",
    "NeedLine",
    "NeedPage",
    "NeedView",
    "TwinNeeds",
    "agrees_to_card",
    "board",
    "board_totals",
    "card_and_doubts",
    "card_by_code",
    "card_facts",
    "count_fitting",
    "most_urgent",
    "need_for",
    "needs_of",
    "needs_seen_by",
    "public_spec",
    "standing_in_force",
    "twin_needs",
    "waiting_by_kind",
]

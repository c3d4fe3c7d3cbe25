"""Reading needs: the one door to a need, queues, and the public board of cards."""

from app.needs.queries.board import (
    BoardFilter,
    BoardPage,
    Card,
    board,
    board_totals,
    card_by_code,
    count_fitting,
)
from app.needs.queries.cards import CardFacts, card_facts, standing_in_force
from app.needs.queries.finding import (
    NeedFilter,
    NeedLine,
    NeedPage,
    NeedView,
    need_for,
    needs_of,
    needs_seen_by,
)

__all__ = [
    "BoardFilter",
    "BoardPage",
    "Card",
    "CardFacts",
    "NeedFilter",
    "NeedLine",
    "NeedPage",
    "NeedView",
    "board",
    "board_totals",
    "card_by_code",
    "card_facts",
    "count_fitting",
    "need_for",
    "needs_of",
    "needs_seen_by",
    "standing_in_force",
]

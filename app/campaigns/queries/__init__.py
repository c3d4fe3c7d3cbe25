"""Reads of campaigns: lists, plans, who is due, and what became of the reminders."""

from app.campaigns.queries.agreements import Agreement, agreement_for, agreements_of
from app.campaigns.queries.plans import (
    MAY_REMIND,
    PEOPLE,
    Due,
    Plan,
    campaign_for,
    campaigns_of,
    causes_of,
    count_cards,
    due_now,
    expiry_of,
    is_taken,
    lists_of,
    paused_causes,
    plan_of,
    running_campaigns,
    state_of_reminder,
)
from app.campaigns.queries.results import PAGE, progress_of, results_of

__all__ = [
    "MAY_REMIND",
    "PAGE",
    "PEOPLE",
    "Agreement",
    "Due",
    "Plan",
    "agreement_for",
    "agreements_of",
    "campaign_for",
    "campaigns_of",
    "causes_of",
    "count_cards",
    "due_now",
    "expiry_of",
    "is_taken",
    "lists_of",
    "paused_causes",
    "plan_of",
    "progress_of",
    "results_of",
    "running_campaigns",
    "state_of_reminder",
]

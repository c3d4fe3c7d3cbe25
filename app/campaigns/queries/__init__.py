"""Reads of campaigns: lists, plans, who is due, and what became of the reminders."""

from app.campaigns.queries.plans import (
    Due,
    Plan,
    campaign_for,
    campaigns_of,
    causes_of,
    count_cards,
    due_now,
    expiry_of,
    lists_of,
    paused_causes,
    plan_of,
    running_campaigns,
    state_of_reminder,
)
from app.campaigns.queries.results import PAGE, progress_of, results_of

__all__ = [
    "PAGE",
    "Due",
    "Plan",
    "campaign_for",
    "campaigns_of",
    "causes_of",
    "count_cards",
    "due_now",
    "expiry_of",
    "lists_of",
    "paused_causes",
    "plan_of",
    "progress_of",
    "results_of",
    "running_campaigns",
    "state_of_reminder",
]

"""Writes of campaigns: taking lists in, agreeing, beginning, pausing, stopping, owing reminders."""

from app.campaigns.actions.agreeing import agree_to_campaign, ask_agreement, decline_campaign
from app.campaigns.actions.listing import ListFile, take_list
from app.campaigns.actions.running import (
    ask_for_reminders,
    draft_campaign,
    pause_campaign,
    remind,
    start_campaign,
    stop_campaign,
)

__all__ = [
    "ListFile",
    "agree_to_campaign",
    "ask_agreement",
    "ask_for_reminders",
    "decline_campaign",
    "draft_campaign",
    "pause_campaign",
    "remind",
    "start_campaign",
    "stop_campaign",
    "take_list",
]

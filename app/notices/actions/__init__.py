"""Writes of notices: owing one, sending it step by step, and what staff do about it."""

from app.notices.actions.holding import (
    ask_release,
    hold_back,
    hold_sending,
    release_sending,
)
from app.notices.actions.minding import mark_all_read, mark_told, read_with_address, send_anew
from app.notices.actions.owing import owe
from app.notices.actions.sending import (
    claim_notice,
    doubt,
    put_back,
    put_off,
    record_failure,
    record_sent,
    skip,
)
from app.notices.rules import NoticeDraft

__all__ = [
    "NoticeDraft",
    "ask_release",
    "claim_notice",
    "doubt",
    "hold_back",
    "hold_sending",
    "mark_all_read",
    "mark_told",
    "owe",
    "put_back",
    "put_off",
    "read_with_address",
    "record_failure",
    "record_sent",
    "release_sending",
    "send_anew",
    "skip",
]

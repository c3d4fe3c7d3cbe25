"""Writes of notices: owing one, sending it step by step, and what staff do about it."""

from app.notices.actions.callbacks import note_delivery
from app.notices.actions.holding import (
    ask_release,
    drop_some,
    hold_back,
    hold_paused,
    hold_sending,
    hold_some,
    release_sending,
    release_some,
)
from app.notices.actions.minding import mark_all_read, mark_told, read_with_address, send_anew
from app.notices.actions.moving import readdress_home
from app.notices.actions.owing import owe
from app.notices.actions.pausing import (
    enter_token,
    let_pause,
    note_trouble,
    open_channel,
    pause_channel,
)
from app.notices.actions.sending import (
    claim_notice,
    claim_notices,
    doubt,
    put_back,
    put_off,
    record_all_sent,
    record_failure,
    record_sent,
    skip,
    tell_by_voice,
)
from app.notices.actions.stepping import note_try, open_call, put_on_paper, read_slips
from app.notices.actions.tokens import keep_tokens, lock_tokens
from app.notices.actions.wishing import choose_topics, opt_out, stop_topic
from app.notices.actions.wording import keep_words, use_supplied
from app.notices.rules import NoticeDraft

__all__ = [
    "NoticeDraft",
    "ask_release",
    "choose_topics",
    "claim_notice",
    "claim_notices",
    "doubt",
    "drop_some",
    "enter_token",
    "hold_back",
    "hold_paused",
    "hold_sending",
    "hold_some",
    "keep_tokens",
    "keep_words",
    "let_pause",
    "lock_tokens",
    "mark_all_read",
    "mark_told",
    "note_delivery",
    "note_trouble",
    "note_try",
    "open_call",
    "open_channel",
    "opt_out",
    "owe",
    "pause_channel",
    "put_back",
    "put_off",
    "put_on_paper",
    "read_slips",
    "read_with_address",
    "readdress_home",
    "record_all_sent",
    "record_failure",
    "record_sent",
    "release_sending",
    "release_some",
    "send_anew",
    "skip",
    "stop_topic",
    "tell_by_voice",
    "use_supplied",
]

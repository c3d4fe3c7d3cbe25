"""How notices leave: one adapter a channel. Their errors say what is known of the message."""

from app.notices.channels.chosen import adapter_for
from app.notices.channels.outcomes import Adapter, NotTaken, OutcomeUnknown, Then
from app.notices.channels.smtp import Smtp

__all__ = ["Adapter", "NotTaken", "OutcomeUnknown", "Smtp", "Then", "adapter_for"]

"""Pages of notices, and what providers report; all on one blueprint."""

from app.notices.views import callbacks, calls, channels, pages, wishes, words
from app.notices.views.blueprint import bp

__all__ = ["bp", "callbacks", "calls", "channels", "pages", "wishes", "words"]

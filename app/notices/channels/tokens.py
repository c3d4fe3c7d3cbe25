"""The tokens of a provider as the database keeps them."""

from collections.abc import Callable
from dataclasses import dataclass

from app.infra.transaction import transaction
from app.kernel.clock import now
from app.notices import actions, queries
from app.notices.channels.zalo import Tokens


@dataclass(frozen=True, slots=True)
class KeptTokens:
    """The row of one provider. first: the refresh token from the settings, used until one came."""

    provider: str
    first: str

    def current(self) -> str:
        """The access token; empty if there is none yet."""
        with transaction(read_only=True) as session:
            return queries.access_token(session, self.provider)

    def renewed(self, refused: str, renew: Callable[[str], Tokens]) -> str:
        """An access token other than `refused`, renewed by one process while the others wait.

        The row stays locked during the call, as the refresh token works once: this is the one
        place where a provider is called inside a transaction, once in some 25 hours.
        """
        with transaction() as session:
            kept = actions.lock_tokens(session, self.provider, first=self.first)
            if kept.access not in {"", refused}:
                return kept.access
            fresh = renew(kept.refresh)
            actions.keep_tokens(session, self.provider, fresh.access, fresh.refresh, now=now())
            return fresh.access

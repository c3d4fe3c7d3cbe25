"""Forms that were sent after their session had ended: kept until their owner is back.

Sealed, for one account, for an hour; gone as soon as the form is sent. What is kept is what
people type: no password, no file, no token (the caller leaves them out).
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import String, bindparam, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.infra.crypto import cipher
from app.infra.models import KeptForm
from app.infra.prepared import Prepared

KEPT_FOR = timedelta(hours=1)
MOST_BYTES = 64_000
MOST_PAGES = 20
Fields = Sequence[tuple[str, str]]


def keep(  # noqa: PLR0913 - whose form, where it stood, where it was going, and what was in it.
    session: Session, account_id: str, page: str, path: str, fields: Fields, *, now: datetime
) -> bool:
    """Keep what was typed on `page` for `path`, in place of what was kept there before.

    False, and nothing is kept, for a form of over 64 kB or an account that has 20 kept.
    """
    plain = json.dumps(list(fields), ensure_ascii=False)
    others = select(func.count()).where(KeptForm.account_id == account_id, KeptForm.page != page)
    if len(plain) > MOST_BYTES or (session.scalar(others) or 0) >= MOST_PAGES:
        return False
    sealed = cipher().encrypt(plain, _place(account_id, page))
    values: dict[str, object] = {"path": path, "body": sealed, "created_at": now}
    statement = insert(KeptForm).values(account_id=account_id, page=page, **values)
    session.execute(
        statement.on_conflict_do_update(index_elements=["account_id", "page"], set_=values)
    )
    return True


def kept_on(session: Session, account_id: str, page: str, *, now: datetime) -> Fields:
    """What this account typed on `page` within the last hour and never sent; in its order."""
    body = session.scalar(
        select(KeptForm.body).where(
            KeptForm.account_id == account_id,
            KeptForm.page == page,
            KeptForm.created_at > now - KEPT_FOR,
        )
    )
    if body is None:
        return []
    return [
        (name, value)
        for name, value in json.loads(cipher().decrypt(body, _place(account_id, page)))
    ]


def forget_kept(session: Session, account_id: str, path: str) -> None:
    """Drop what was kept for `path`: it has been sent."""
    _FORGET.change(session, {"account_id": account_id, "path": path})


_FORGET = Prepared(
    delete(KeptForm).where(
        KeptForm.account_id == bindparam("account_id", type_=String()),
        KeptForm.path == bindparam("path", type_=String()),
    )
)


def _place(account_id: str, page: str) -> str:
    return f"kept_form.body:{account_id}:{page}"

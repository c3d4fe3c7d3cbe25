"""The demo: an invented ward with people in every role and work in every state.

Built through the same actions as real work, so that nothing in it could not have happened.
Everybody is plainly invented. `seed(settings)` fills an empty database and does nothing else.
"""

from collections.abc import Sequence

from app.config import Settings
from app.demo.cast import SignIn, sign_ins
from app.demo.story import tell
from app.infra import database
from app.infra.crypto import FieldCipher, use_cipher
from app.infra.jobs import use_waker

__all__ = ["SignIn", "seed"]


def seed(settings: Settings) -> Sequence[SignIn]:
    """Fill the demo's database if it is empty; returns one sign-in a role.

    Raises ValueError outside the demo: a real database never gets invented people.
    """
    if not settings.is_demo:
        message = "invented people belong to the demo only"
        raise ValueError(message)
    engine = database.make_engine(settings)
    database.bind(engine)
    use_cipher(FieldCipher(settings.field_keys, settings.index_key))
    use_waker(None)
    try:
        tell()
    finally:
        engine.dispose()
    return sign_ins()

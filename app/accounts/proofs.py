"""What proves who somebody is: which passwords may be used, which codes are good. Pure."""

MIN_STAFF_PASSWORD = 15
MIN_DONOR_PASSWORD = 12
MAX_PASSWORD = 128
# The heads of every list of the commonest; a password built on one of them is refused.
WEAK_STEMS = (
    "password",
    "matkhau",
    "nhipcau",
    "qwerty",
    "123456",
    "abcdef",
    "iloveyou",
    "welcome",
    "admin",
    "vietnam",
    "khuongdinh",
    "111111",
)


def password_refusal(password: str, *, staff: bool, own_words: tuple[str, ...] = ()) -> str | None:
    """Why a password may not be used, as an error code, or None (ASVS 5.0, 6.2).

    own_words: folded words such as the person's name or e-mail that it may not be made of.
    """
    least = MIN_STAFF_PASSWORD if staff else MIN_DONOR_PASSWORD
    if len(password) < least:
        return "password-too-short"
    if len(password) > MAX_PASSWORD:
        return "password-too-long"
    plain = "".join(c for c in password.lower() if c.isalnum())
    for stem in (*WEAK_STEMS, *(w for w in own_words if len(w) >= len("anna"))):
        plain = plain.replace(stem, "")
    if len(set(plain)) < len("easy"):
        return "password-too-common"
    return None


STEP_SECONDS = 30
GRACE_SECONDS = 10


def steps_for(moment: float) -> list[int]:
    """The 30-second steps whose code is good at `moment`, in seconds since 1970 (RFC 6238).

    This one, and in its first ten seconds the last one too, for whoever types slowly.
    """
    step = int(moment // STEP_SECONDS)
    return [step, step - 1] if moment % STEP_SECONDS < GRACE_SECONDS else [step]


def plain_code(typed: str) -> str:
    """A code as it is compared: upper case, without blanks and dashes."""
    return "".join(c for c in typed.upper() if c.isascii() and c.isalnum())


def in_fours(text: str) -> str:
    """A key or code as people read it aloud: in groups of four."""
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))

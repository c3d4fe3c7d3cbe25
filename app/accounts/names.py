"""Sign-in names: an e-mail or a phone, in the one spelling by which it is found. Pure."""


def sign_in_name(typed: str) -> str:
    """The normalised name: e-mail in lower case, a Vietnamese phone in E.164."""
    name = typed.strip()
    if "@" in name:
        return name.lower()
    digits = "".join(c for c in name if c.isdigit())
    for prefix in ("0084", "84", "0"):
        if digits.startswith(prefix):
            return "+84" + digits.removeprefix(prefix)
    return digits or name.lower()

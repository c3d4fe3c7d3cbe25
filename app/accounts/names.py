"""Sign-in names: an e-mail, a phone or a code, in the one spelling by which it is found. Pure."""


def sign_in_name(typed: str) -> str:
    """The normalised name: e-mail in lower case, a code in capitals, a phone in E.164."""
    name = typed.strip()
    if "@" in name:
        return name.lower()
    if any(c.isascii() and c.isalpha() for c in name):
        return "".join(c for c in name.upper() if c.isascii() and c.isalnum())
    digits = "".join(c for c in name if c.isdigit())
    for prefix in ("0084", "84", "0"):
        if digits.startswith(prefix):
            return "+84" + digits.removeprefix(prefix)
    return digits or name.lower()

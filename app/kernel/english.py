"""English words beside a figure; Vietnamese words do not change with the number."""

IRREGULAR = {"person": "people", "child": "children"}
AFTER_S_SOUND = ("s", "x", "z", "ch", "sh")


def counted(unit: str, count: int) -> str:
    """A unit's English word as it stands beside `count`: 1 card/year, 2 cards/year, 0 people."""
    if count == 1:
        return unit
    word, slash, rest = unit.partition("/")
    return _plural(word) + slash + rest


def _plural(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    if word.endswith(AFTER_S_SOUND):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in tuple("aeiou"):
        return f"{word[:-1]}ies"
    return f"{word}s"

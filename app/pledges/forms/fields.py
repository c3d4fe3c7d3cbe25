"""Numbers as people in Vietnam type them."""

import re

from wtforms import StringField

from app.kernel.money import NotMoney, read_dong
from app.pledges.texts import ERRORS

_WHOLE = re.compile(r"\d{1,3}(?:[., ]\d{3})+|\d{1,19}")


class UnitsField(StringField):
    """A whole number of units: 1200, 1.200 or 1,200; `whole` holds it after validate()."""

    whole: int | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the number; what cannot be one stays as typed, with an error."""
        super().process_formdata(valuelist)
        typed = str(self.data or "").strip()
        self.whole = None
        if not typed:
            return
        if not (typed.isascii() and _WHOLE.fullmatch(typed)):
            raise ValueError(str(ERRORS["units-out-of-range"]))
        self.whole = int(re.sub(r"[., ]", "", typed))


class DongField(StringField):
    """An amount of đồng: 500.000, 500k, 1,5 triệu; `dong` holds it after validate()."""

    dong: int | None = None

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the amount; what cannot be one stays as typed, with an error."""
        super().process_formdata(valuelist)
        typed = str(self.data or "").strip()
        self.dong = None
        if not typed:
            return
        try:
            self.dong = read_dong(typed)
        except NotMoney as refused:
            raise ValueError(str(ERRORS[str(refused)])) from refused

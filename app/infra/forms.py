"""The base of every form: input cleaned once, errors worded once, in both languages."""

import unicodedata
from collections.abc import Sequence
from contextvars import ContextVar
from typing import Any

from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the stubs.
    DateField,
    Form,
    SelectChoice,
    ValidationError,
)
from wtforms.fields import Field
from wtforms.meta import DefaultMeta

from app.infra.i18n import _

YEARS = range(1900, 2201)
BUDDHIST = 543
# As a browser's calendar sends a day, and as people write it where there is none.
DATE_SHAPES = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")
# Zero-width and direction marks make two equal names differ, or one look like another.
INVISIBLE = dict.fromkeys(
    [*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF, 0x00AD]
)


def clean_text(value: object) -> object:
    """NFC, without control or invisible characters, ends trimmed; anything but text as it is."""
    if not isinstance(value, str):
        return value
    plain = unicodedata.normalize("NFC", value).translate(INVISIBLE)
    kept = (c for c in plain if c in "\n\t" or unicodedata.category(c)[0] != "C")
    return "".join(kept).strip()


_typed: ContextVar[Any] = ContextVar("typed_before", default=None)
# Boxes that pages put into a form beside its own: where it came from.
BESIDE = frozenset({"need", "draft"})


def use_typed_before(fields: Any) -> None:  # noqa: ANN401
    """Let the forms of this request that are sent nothing show `fields`, a MultiDict or None."""
    _typed.set(fields)


def _plausible_year(_form: object, field: Field) -> None:
    """A Buddhist year is 543 ahead of ours; what lies further off was mistyped."""
    if field.data is None or field.data.year in YEARS:
        return
    if field.data.year - BUDDHIST in YEARS:
        words = _("Đây có vẻ là năm Phật lịch. Hãy nhập năm dương lịch: %(year)s.")
        raise ValidationError(words % {"year": field.data.year - BUDDHIST})
    raise ValidationError(_("Hãy kiểm tra lại năm: cần một năm từ 1900 đến 2200."))


class _Words:
    """WTForms asks here for its messages; its source is English, `translations/vi` has ours."""

    def gettext(self, message: str) -> str:
        return _(message)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        return _(singular if n == 1 else plural)


def _choice(item: object) -> object:
    """Our (value, words) pairs in the shape that WTForms asks for now."""
    return SelectChoice(*item) if isinstance(item, tuple) else item


class _Meta(DefaultMeta):
    def get_translations(self, form: object) -> _Words:  # noqa: ARG002 - the library passes it.
        return _Words()

    def bind_field(self, form: Any, unbound_field: Any, options: Any) -> Any:  # noqa: ANN401
        """Clean each text before any of the field's own filters see it."""
        filters: Sequence[object] = unbound_field.kwargs.get("filters", ())
        if unbound_field.field_class.__name__ not in {"FileField", "PasswordField"}:
            options = {**options, "filters": [clean_text, *filters]}
        if unbound_field.field_class is DateField:
            options = {**options, "format": list(DATE_SHAPES)}
        if isinstance(choices := unbound_field.kwargs.get("choices"), list | tuple):
            options = {**options, "choices": [_choice(c) for c in choices]}
        return unbound_field.bind(form=form, **options)


class BaseForm(Form):
    """What a person types. Shape only; any rule that needs data is an action's.

    CSRF and the request key are checked for every POST by app.accounts.access, not here.
    """

    Meta = _Meta

    def process(self, formdata: Any = None, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        """Fill the fields from what was sent; from what was typed before if nothing was."""
        super().process(formdata or self._typed_before() or formdata, *args, **kwargs)

    def _typed_before(self) -> Any:  # noqa: ANN401
        """What was typed into this very form, which is one that has every box of it."""
        typed = _typed.get()
        names = {field.name for field in self}
        return typed if typed and set(typed) - BESIDE <= names else None

    def validate(self, extra_validators: Any = None) -> bool:  # noqa: ANN401
        """Each field by its own checks; a day besides must lie in a year that can be meant."""
        extra = {name: list(checks) for name, checks in (extra_validators or {}).items()}
        for field in self:
            if isinstance(field, DateField):
                extra.setdefault(field.short_name, []).append(_plausible_year)
        return bool(super().validate(extra))

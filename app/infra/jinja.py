"""What templates may call: figures and dates in the reader's language, addresses, words."""

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal, cast
from urllib.parse import urlencode

from babel.dates import TIMEDELTA_UNITS, format_date, format_timedelta
from babel.numbers import format_decimal, format_percent
from flask import Flask, current_app, request
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from wtforms import widgets
from wtforms.fields import Field, RadioField, SelectFieldBase, SelectMultipleField

from app.infra import addresses
from app.infra.addresses import address
from app.infra.assets import asset_url
from app.infra.i18n import _, current_language
from app.infra.template_code import OwnTemplate, PlainCode
from app.kernel.clock import VIETNAM, now
from app.kernel.english import counted

NOTHING = "–"
# From so much of a unit on a distance is told in it.
NEARLY_ONE = 0.85
Number = int | float | Decimal


def init_app(app: Flask) -> None:
    """Give the templates of `app` their filters and globals."""
    theirs = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([loader for loader in (app.jinja_loader, theirs) if loader])
    env = app.jinja_env
    env.add_extension("jinja2.ext.do")
    env.code_generator_class, env.template_class = PlainCode, OwnTemplate
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(
        day=day,
        long_day=long_day,
        moment=moment,
        clock=clock,
        ago=ago,
        dong=dong,
        number=number,
        hundredths=hundredths,
        percent=percent,
        capital=capital,
        unit_of=unit_of,
        device=device,
        field_kind=field_kind,
        field_items=field_items,
    )
    addresses.init_app(app)
    env.globals.update(
        _=_,
        url_for=address,
        asset_url=asset_url,
        url_if=url_if,
        with_query=with_query,
        language=current_language,
    )


def _local(value: date | datetime) -> date | datetime:
    return value.astimezone(VIETNAM) if isinstance(value, datetime) else value


def day(value: date | datetime | None) -> str:
    """23/11/2026; of an instant, the day in Vietnam."""
    return NOTHING if value is None else f"{_local(value):%d/%m/%Y}"


def long_day(value: date | datetime | None) -> str:
    """Thứ Hai, 23 tháng 11, 2026."""
    if value is None:
        return NOTHING
    words = format_date(_local(value), "full", locale=current_language())
    return words[:1].upper() + words[1:]


def moment(value: datetime | None) -> str:
    """09:05 23/11/2026, in Vietnam's time."""
    return NOTHING if value is None else f"{_local(value):%H:%M %d/%m/%Y}"


def clock(value: datetime | None) -> str:
    """09:05, in Vietnam's time."""
    return NOTHING if value is None else f"{_local(value):%H:%M}"


def ago(value: datetime | None) -> str:
    """3 ngày trước; for what has just happened and lists, never the only date of a record."""
    if value is None:
        return NOTHING
    seconds = int((value - now()).total_seconds() // 1)
    unit, count = next(
        (unit, abs(seconds) / size)
        for unit, size in TIMEDELTA_UNITS
        if abs(seconds) / size >= NEARLY_ONE or size == 1
    )
    return _distance(unit, round(count), seconds >= 0, current_language())


@lru_cache(maxsize=10_000)
def _distance(unit: str, count: int, ahead: bool, language: str) -> str:  # noqa: FBT001 - private.
    """So many of a unit away. Babel takes longer to find the words than a row to be written."""
    size = dict(TIMEDELTA_UNITS)[unit]
    delta = timedelta(seconds=count * size if ahead else -count * size)
    named = cast("Literal['day']", unit)
    return format_timedelta(delta, named, math.inf, add_direction=True, locale=language)


def number(value: Number | None) -> str:
    """1.234 or 12,5 in Vietnamese; 1,234 or 12.5 in English."""
    return NOTHING if value is None else _figure(value, current_language())


# Typed, since 1 and 1.0 are equal and read differently.
@lru_cache(maxsize=10_000, typed=True)
def _figure(value: Number, language: str) -> str:
    return format_decimal(value, locale=language)


def hundredths(value: Number | None) -> str:
    """A figure to two places, so that 87 beside 83,63 reads 87,00."""
    if value is None:
        return NOTHING
    return format_decimal(value, format="#,##0.00", locale=current_language())


def dong(value: int | None) -> str:
    """15.000.000 đ, the unit never parted from its figure."""
    return NOTHING if value is None else f"{number(value)}\N{NO-BREAK SPACE}đ"


def capital(words: object) -> str:
    """Words as a title or a label begins them: the first letter large, the others as they are."""
    text = str(words)
    return text[:1].upper() + text[1:]


def unit_of(word: str, count: int) -> str:
    """A support kind's unit beside a figure: "gói"; in English "package" or "packages"."""
    return counted(word, count) if current_language() == "en" else word


def percent(value: Number | None) -> str:
    """A share of one as a whole percentage."""
    return NOTHING if value is None else format_percent(value, locale=current_language())


_SYSTEMS = ("iPhone", "iPad", "Android", "Windows", "Mac OS X", "CrOS", "Linux")
_BROWSERS = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}


def device(user_agent: str) -> str:
    """Chrome · Android: enough of a browser's name for its owner to recognise it."""
    browser = next((name for sign, name in _BROWSERS.items() if f"{sign}/" in user_agent), "")
    system = next((name for name in _SYSTEMS if name in user_agent), "")
    return " · ".join(part for part in (browser, system) if part) or _("Thiết bị khác")


def url_if(endpoint: str, **values: object) -> str:
    """The address of an endpoint, or nothing where the app has no such page."""
    if endpoint not in current_app.view_functions:
        return ""
    return address(endpoint, **values)


def with_query(**changes: object) -> str:
    """This page's address with some query values changed; None takes one away."""
    kept = [(k, v) for k, v in request.args.items(multi=True) if k not in changes]
    new = [(k, str(v)) for k, v in changes.items() if v is not None]
    # Not url_for(): the reader's own query must not reach its arguments.
    return f"{request.path}?{urlencode(kept + new)}" if kept or new else request.path


def field_kind(field: Field) -> str:
    """Which control the nc_field macro draws for a WTForms field."""
    if isinstance(field, RadioField):
        return "radios"
    if isinstance(field, SelectMultipleField):
        return "checkboxes"
    if isinstance(field.widget, widgets.TextArea):
        return "textarea"
    if isinstance(field.widget, widgets.Select):
        return "select"
    return str(getattr(field.widget, "input_type", "text"))


def field_items(field: Field, hints: Mapping[str, str]) -> list[dict[str, object]]:
    """The choices of a field as GOV.UK's macros take them; groups become a part of the text."""
    chooser = cast("SelectFieldBase", field)
    groups = chooser.iter_groups() if chooser.has_groups() else [(None, chooser.iter_choices())]
    items: list[dict[str, object]] = []
    for group, choices in groups:
        for value, text, chosen, _attributes in choices:
            words = f"{group}: {text}" if group else str(text)
            item = {"value": str(value), "text": words, "checked": chosen, "selected": chosen}
            hint = hints.get(str(value))
            items.append(item | ({"hint": {"text": hint}} if hint else {}))
    return items

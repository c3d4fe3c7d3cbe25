"""Turning a notice into words: subject, text and HTML from templates/notices/<name>/<language>/."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, select_autoescape

from app.kernel.clock import VIETNAM
from app.kernel.vietnamese import without_accents
from app.notices.own_words import OPENED, Moment, Piece, filled
from app.notices.rules import Channel, Template
from app.notices.sms import MOST_PARTS, sms_size


class _Hole(str):
    """A parameter that is not known yet: its blank, by itself, as a day and as an hour."""

    __slots__ = ()


_NAMES = {
    "ten": "name",
    "ma": "code",
    "ma_ck": "pledge_code",
    "dia_diem": "place",
    "qua": "what",
    "so": "number",
    "phuong": "ward",
    "sdt": "phone",
}
_HOLES: Mapping[str, object] = {
    **{name: f"{{{blank}}}" for blank, name in _NAMES.items()},
    "need_code": "{ma}",
    "at": _Hole("{ngay}"),
    "on": _Hole("{ngay}"),
    "base_url": "@@",
    "pledge_id": "@@",
}


_NONE: Mapping[Piece, str] = MappingProxyType({})


class CannotBeWorded(Exception):
    """The words lack a parameter, or are too long for their channel. `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Words:
    """A notice in words. html: for letters only."""

    subject: str
    text: str
    html: str | None


def words_of(
    template: Template,
    channel: Channel,
    language: str,
    values: Mapping[str, object],
    own: Mapping[Piece, str] = _NONE,
) -> Words:
    """Fill the template's words for a channel. `values` has `base_url` beside the parameters.

    own: the ward's own words for its pieces. SMS lose their accents, which halves their price.
    Raises CannotBeWorded.
    """
    folder = f"{template.value}/{language}"
    is_short = channel in {Channel.SMS, Channel.ZALO}
    blanks = _blanks(values) if own else {}
    try:
        subject = _fill(f"{folder}/subject.txt", values)
        if template in OPENED:
            first = filled(own[Piece.OPENING], blanks) if Piece.OPENING in own else None
            values = {**values, "opening": first or _fill(f"{folder}/opening.txt", values)}
        text = _fill(f"{folder}/{'sms' if is_short else 'body'}.txt", values)
        letter = channel is Channel.EMAIL
        html = _fill(f"{folder}/body.html", values) if letter else None
    except TemplateError as error:
        raise CannotBeWorded("parameter-missing") from error
    if Piece.SUBJECT in own:
        subject = filled(own[Piece.SUBJECT], blanks)
    if channel is Channel.SMS:
        text = without_accents(filled(own[Piece.SMS], blanks) if Piece.SMS in own else text)
        if sms_size(text).parts > MOST_PARTS:
            raise CannotBeWorded("too-long")
    return Words(subject, text, html)


def voice_of(template: Template, language: str, values: Mapping[str, object]) -> str:
    """What somebody says who tells a notice by voice. Raises CannotBeWorded."""
    try:
        return _fill(f"{template.value}/{language}/voice.txt", values)
    except TemplateError as error:
        raise CannotBeWorded("parameter-missing") from error


def announcement(ward: str, groups: Collection[str], phone: str | None) -> str:
    """What is read out on the loudspeakers: for which groups, but never for whom or about what.

    A ward speaks Vietnamese to its streets, so there are no other words.
    """
    values = {"ward": ward, "groups": sorted(groups), "phone": phone}
    return " ".join(_fill("_loudspeaker.txt", values).split())


def supplied(moment: Moment, language: str) -> str:
    """The words of a piece that come with the product, with blanks in braces."""
    values = {**_HOLES, "cancelled": moment is Moment.APPOINTMENT_CANCELLED}
    text = _fill(f"{moment.template.value}/{language}/{moment.piece.value}.txt", values)
    return text.replace("@@/pledges/@@", "{link}")


def _blanks(values: Mapping[str, object]) -> dict[str, str]:
    """What stands in the blanks of a ward's own words: the parameters, as people write them."""
    found = {blank: str(values[name]) for blank, name in _NAMES.items() if name in values}
    if "need_code" in values:
        found["ma"] = str(values["need_code"])
    if when := values.get("at") or values.get("on"):
        found["ngay"] = _day(str(when))
    if at := values.get("at"):
        found["gio"] = _clock(str(at))
    if "pledge_id" in values:
        found["link"] = f"{values['base_url']}/pledges/{values['pledge_id']}"
    return found


def _fill(name: str, values: Mapping[str, object]) -> str:
    return _environment().get_template(name).render(values).strip()


@cache
def _environment() -> Environment:
    inside = Path(__file__).parent.parent / "_templates"
    folder = inside if inside.is_dir() else Path(__file__).parent.parent.parent / "templates"
    environment = Environment(
        loader=FileSystemLoader(folder / "notices"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(day=_day, clock=_clock)
    return environment


def facts_of(values: Mapping[str, object]) -> dict[str, str]:
    """The parameters as a provider's own template shows them: dates and hours as people write."""
    return {name: _shown(value) for name, value in values.items() if name != "base_url"}


def _shown(value: object) -> str:
    text = str(value)
    try:
        return f"{_clock(text)} {_day(text)}" if "T" in text else _day(text)
    except ValueError:
        return text


def _day(value: str) -> str:
    """23/11/2026 from an ISO date or instant; of an instant, the day in Vietnam."""
    if isinstance(value, _Hole):
        return value
    if "T" in value:
        return f"{datetime.fromisoformat(value).astimezone(VIETNAM):%d/%m/%Y}"
    return f"{date.fromisoformat(value):%d/%m/%Y}"


def _clock(value: str) -> str:
    """09:05 from an ISO instant, in Vietnam's time."""
    if isinstance(value, _Hole):
        return "{gio}"
    return f"{datetime.fromisoformat(value).astimezone(VIETNAM):%H:%M}"

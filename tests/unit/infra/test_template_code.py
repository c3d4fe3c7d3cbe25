"""What templates show is what Jinja shows, though Python makes their calls."""

import pytest
from jinja2 import DictLoader, Environment, UndefinedError, select_autoescape
from jinja2.utils import Namespace
from markupsafe import Markup, escape

from app.infra.i18n import lazy_
from app.infra.template_code import PlainCode, shown

TEMPLATES = {
    "macros.html": """{% macro cell(label, value=None, tall=false) -%}
<td data-label="{{ label }}"{% if tall %} class="tall"{% endif %}>
{%- if caller %}{{ caller(value) }}{% elif value is none %}–{% else %}{{ value }}{% endif %}</td>
{%- endmacro %}
{% macro row(thing) -%}
{{ cell(thing.name, thing.items()|list) }}{{ thing.nothing or 'none' }}
{%- endmacro %}
{% macro rest(first) %}{{ first }}{{ varargs|join }}{{ kwargs.more }}{% endmacro %}""",
    "page.html": """{% from "macros.html" import cell, row, rest %}
{{ cell('<b>', '&') }}{{ cell(tall=true, label='x') }}{{ cell('y', 1) }}
{% call(v) cell("z", value="<i>") %}{{ v }}{{ marked }}{% endcall %}
{{ row({'name': 'n', 'items': 3}) }}{{ rest(1, 2, 3, more="'") }}{{ joined('"', *rows) }}
{% for n in rows %}{{ cell(loop.index, n ~ '<') }}{% endfor %}{{ missing }}{{ words.upper() }}""",
    "letter.txt": """{% from "macros.html" import cell %}{{ cell('<b>', '&') }} {{ marked }} &""",
}


def environments():
    for code in (PlainCode, Environment.code_generator_class):
        env = Environment(loader=DictLoader(TEMPLATES), autoescape=select_autoescape(["html"]))
        env.code_generator_class = code
        yield env


@pytest.mark.parametrize("name", ["page.html", "letter.txt"])
def test_a_page_reads_as_jinja_writes_it(name):
    facts = {
        "marked": Markup("<hr>"),
        "rows": ["a", "b&"],
        "joined": lambda *parts: "".join(parts),
        "words": "a<b",
    }

    ours, jinjas = (env.get_template(name).render(facts) for env in environments())

    assert ours == jinjas


@pytest.mark.parametrize(
    "value", ["plain", "<&>\"'", Markup("<b>"), None, 12, 1.5, lazy_("Hộ & nhà"), Namespace(a=1)]
)
def test_a_shown_value_is_escaped(value):
    assert shown(value) == escape(value)


def test_a_macro_refuses_what_it_does_not_take():
    ours = next(environments()).get_template("macros.html").module

    with pytest.raises(TypeError):
        ours.cell("x", colour="red")
    with pytest.raises(TypeError):
        ours.cell("x", 1, True, "fourth")


def test_a_missing_name_cannot_be_called():
    template = next(environments()).from_string("{{ nothing() }}")

    with pytest.raises(UndefinedError):
        template.render()


@pytest.mark.parametrize("holds", [True, False])
def test_an_inline_if_without_else_shows_nothing_where_it_does_not_hold(holds):
    page = "<{{ 'a' if holds }}|{{ ('b' if holds) ~ 'c' }}|{{ ('d' if holds) is defined }}>"

    ours, jinjas = (env.from_string(page).render(holds=holds) for env in environments())

    assert ours == jinjas

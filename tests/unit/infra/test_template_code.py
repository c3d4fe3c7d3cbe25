"""What templates show is what Jinja shows, though Python makes their calls."""

import inspect
from hashlib import sha256

import pytest
from jinja2 import DictLoader, Environment, UndefinedError, select_autoescape
from jinja2.compiler import CodeGenerator
from jinja2.environment import Template
from jinja2.utils import Namespace
from markupsafe import Markup, escape

from app.infra.i18n import lazy_
from app.infra.template_code import HEADER, OwnTemplate, PlainCode, shown

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


# What we override or build on has no promise of Jinja's. After a new version whose words differ:
# read what changed there and in `template_code`, look at both renderings, then note the new words.
READ = {
    "CodeGenerator.visit_Template": "c43af1aeb714",
    "CodeGenerator.visit_Call": "f851b3bf5364",
    "CodeGenerator.visit_Getattr": "abe25075f175",
    "CodeGenerator.macro_def": "69d86b06d17d",
    "CodeGenerator.macro_body": "3cee3c0c811a",
    "CodeGenerator.visit_CondExpr": "374a23bdff4b",
    "CodeGenerator.visit_CallBlock": "69fcae4537e9",
    "CodeGenerator.visit_Macro": "d2256099e2be",
    "CodeGenerator.visit_Output": "c6adf91f7665",
    "CodeGenerator._output_child_pre": "950d7b8230fc",
    "CodeGenerator._output_child_post": "d943023c1d34",
    "Template._get_default_module": "1373f325dfe8",
}


@pytest.mark.parametrize("name", READ)
def test_what_is_private_to_jinja_stands_as_we_read_it(name):
    base, _, method = name.partition(".")

    theirs = getattr({"CodeGenerator": CodeGenerator, "Template": Template}[base], method, None)

    assert theirs is not None, f"Jinja has no {name} any more, on which template_code builds"
    words = sha256(inspect.getsource(theirs).encode()).hexdigest()[:12]
    assert words == READ[name], f"Jinja's {name} differs from what template_code builds on"


def test_all_that_is_overridden_is_among_what_we_read():
    own = {
        f"{base.__name__}.{name}"
        for ours, base in ((PlainCode, CodeGenerator), (OwnTemplate, Template))
        for name, value in vars(ours).items()
        if inspect.isfunction(value)
    }

    assert own <= set(READ)


def test_jinja_asks_for_each_part_that_we_write():
    env = next(environments())

    code = env.compile(TEMPLATES["macros.html"] + "{{ cell(a.b) }}", filename="x.html", raw=True)

    for ours in (HEADER, "macro=macro: marked(macro(", "shown(", "part(environment, "):
        assert ours in code, "Jinja no longer asks PlainCode for this: pages are slow"
    for jinjas in ("context.call(", "environment.getattr(", " escape("):
        assert jinjas not in code.partition("def root(")[2]


@pytest.mark.parametrize("holds", [True, False])
def test_an_inline_if_without_else_shows_nothing_where_it_does_not_hold(holds):
    page = "<{{ 'a' if holds }}|{{ ('b' if holds) ~ 'c' }}|{{ ('d' if holds) is defined }}>"

    ours, jinjas = (env.from_string(page).render(holds=holds) for env in environments())

    assert ours == jinjas

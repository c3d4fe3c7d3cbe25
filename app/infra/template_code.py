"""The Python that templates become: what Jinja writes, without the detours that none of ours needs.

A page of 25 rows makes some eight hundred calls and shows some fourteen hundred values. Jinja
looks each callable over for a wish to be given the context, binds a macro's arguments by hand and
wraps each shown value before it joins it; here Python binds, and what is shown stays text.
"""

import re
from functools import partial
from keyword import iskeyword
from typing import Any

from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.environment import Environment, Template, TemplateModule
from jinja2.runtime import Context, Undefined
from markupsafe import Markup, escape

from app.infra.i18n import Later

HEADER = f"from {__name__} import marked, part, shown, unset"
SPECIAL = re.compile("[&<>\"']").search
# Marks what a macro wrote; the class itself would first ask whether it is marked.
marked = partial(str.__new__, Markup)


# What an inline "if" without "else" gives where it does not hold: one for all, not one each time.
unset = Undefined("an inline if without else did not hold")


def shown(value: Any) -> str:  # noqa: ANN401 - whatever a template shows.
    """`value` as it stands in a page: what markupsafe.escape() gives, but no object of its own."""
    kind = type(value)
    if kind is Later:
        value = str(value)
        kind = str
    if kind is Markup or (kind is str and not SPECIAL(value)):
        text: str = value
        return text
    if kind is int:
        return str(value)
    return "" if value is unset else escape(value)


def part(environment: Environment, thing: object, name: str) -> object:
    """`thing.name` as templates mean it, without a failed try for what a mapping does not have."""
    if type(thing) is dict and name not in _OF_MAPPINGS:
        return thing[name] if name in thing else Undefined(obj=thing, name=name)
    try:
        return getattr(thing, name)
    except AttributeError:
        return environment.getattr(thing, name)


_OF_MAPPINGS = frozenset(dir(dict))


class PlainCode(CodeGenerator):
    """Writes calls, macros and output as plain Python wherever a template escapes.

    A callable must not ask for the context or the environment (jinja2.pass_context and its like),
    which `tests/architecture/test_templates.py` holds for all that templates may call; filters
    and tests may.
    """

    def visit_Template(self, node: nodes.Template, frame: Frame | None = None) -> None:  # noqa: N802 - Jinja's name.
        """The module, which also needs our names."""
        self.writeline(HEADER)
        super().visit_Template(node, frame)

    def visit_Call(  # noqa: N802 - Jinja's name, and its arguments.
        self,
        node: nodes.Call,
        frame: Frame,
        forward_caller: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        """A call, without context.call()."""
        unusual = node.dyn_args or node.dyn_kwargs or any(iskeyword(k.key) for k in node.kwargs)
        if unusual or not _escapes(frame):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for given in (*node.args, *node.kwargs):
            self.visit(given, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name.
        """A part of something."""
        self.write("part(environment, ")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r})")

    def visit_CondExpr(self, node: nodes.CondExpr, frame: Frame) -> None:  # noqa: N802 - Jinja's name.
        """An inline "if"; without "else" it gives what shows nothing."""
        if node.expr2 is not None:
            super().visit_CondExpr(node, frame)
            return
        self.write("(")
        self.visit(node.expr1, frame)
        self.write(" if ")
        self.visit(node.test, frame)
        self.write(" else unset)")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """A macro as a function, whose arguments Python binds."""
        names = [argument.name for argument in macro_ref.node.args]
        special = macro_ref.accesses_kwargs or macro_ref.accesses_varargs or "caller" in names
        if special or any(map(iskeyword, names)) or "macro" in names or not _escapes(frame):
            super().macro_def(macro_ref, frame)
            return
        taken, given = [f"{name}=missing" for name in names], list(names)
        taken.append("*")
        if macro_ref.accesses_caller:
            taken.append("caller=undefined('No caller defined', name='caller')")
            given.append("caller")
        # Bound now, since the next macro of the template takes the name.
        taken.append("macro=macro")
        self.write(f"(lambda {', '.join(taken)}: marked(macro({', '.join(given)})))")

    def _output_child_pre(
        self, node: nodes.Expr, frame: Frame, finalize: CodeGenerator._FinalizeInfo
    ) -> None:
        if finalize.src is None and _escapes(frame):
            self.write("shown(")
        else:
            super()._output_child_pre(node, frame, finalize)


def _escapes(frame: Frame) -> bool:
    """Whether it is known while a template is compiled that it escapes what it shows."""
    return frame.eval_ctx.autoescape and not frame.eval_ctx.volatile


class OwnTemplate(Template):
    """A template that is imported with the site's globals and no others."""

    def _get_default_module(self, ctx: Context | None = None) -> TemplateModule:  # noqa: ARG002
        # Jinja compares all globals at each import, for templates that have some of their own.
        return super()._get_default_module(None)

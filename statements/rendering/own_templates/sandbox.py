"""The language of templates that tenants write: places, conditions, loops, and nothing else.

Jinja's own sandbox keeps a template from the interpreter, but lets it call any method of a value
and burn any amount of time and memory. Here a value is a text, a number, a list or a dictionary;
it has no attributes and no methods; only macros and `_` can be called; texts cannot be multiplied;
filters are those of a short list. What is left to burn is bounded by the process (see `gateway`).
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

from jinja2 import BaseLoader, ChoiceLoader, DictLoader, StrictUndefined, nodes
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment

from i18n.locale import Words, _

OWN: Final = "own"
FILTERS: Final = frozenset(
    (
        *("e", "escape", "default", "d", "upper", "lower", "capitalize", "title", "trim"),
        *("length", "count", "first", "last", "join", "max", "min", "truncate", "wordwrap"),
    )
)
LAID_OUT: Final = frozenset(("letter.html", "invoice.html", "reminder.html"))
LOOPS_MAX = 3
OUTPUT_MAX = 2_000_000
LOOP_WORDS: Final = frozenset(
    ("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth")
)


class NotInTheSandbox(Exception):
    """A template asks for what it may not have; the text says what."""


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment in which plain data can be placed, and nothing be done."""

    intercepted_binops = frozenset(("*", "**", "%", "//"))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A part of a dictionary by its name; a place in a loop; a block of the page."""
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, LoopContext) and attribute in LOOP_WORDS:
            return getattr(obj, attribute)
        if isinstance(obj, TemplateReference):
            return obj[attribute]
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A part of a dictionary, or of a list by number or span."""
        if isinstance(obj, dict | list | tuple):
            try:
                return obj[argument]
            except (LookupError, TypeError):
                return self.undefined(obj=obj, name=argument)
        return self.undefined(obj=obj, name=str(argument))

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a macro, a block, or the translation `_`."""
        if isinstance(obj, Macro | BlockReference) or obj is context.get("_"):
            return context.call(obj, *args, **kwargs)
        raise SecurityError(str(Words(_("only macros and _ can be called"))))

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Reckon with numbers; a text or a list is not multiplied or filled in."""
        if operator == "**" or not all(isinstance(each, int | float) for each in (left, right)):
            raise SecurityError(str(Words(_("{operator} takes two numbers"), operator=operator)))
        return super().call_binop(context, operator, left, right)


def sandbox(layouts: BaseLoader, source: str, finalize: Callable[[Any], Any]) -> Sandbox:
    """The environment of one template. Raises NotInTheSandbox or TemplateSyntaxError.

    Args:
        layouts: our own layouts, which a template may extend.
        finalize: what is done to every value as it is placed.
    """
    found = Sandbox(
        loader=ChoiceLoader([DictLoader({OWN: source}), layouts]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.clear()
    found.filters = {name: found.filters[name] for name in FILTERS}
    found.tests = {
        name: found.tests[name]
        for name in ("defined", "undefined", "none", "string", "number", "divisibleby")
    }
    _check(found.parse(source))
    return found


def filled(environment: Sandbox, view: dict[str, Any]) -> str:
    """The page that the template makes of a view. Raises NotInTheSandbox and what Jinja raises."""
    parts, size = [], 0
    for part in environment.get_template(OWN).generate(view):
        size += len(part)
        if size > OUTPUT_MAX:
            raise NotInTheSandbox(
                Words(_("the page is longer than {most} characters"), most=OUTPUT_MAX)
            )
        parts.append(part)
    return "".join(parts)


def _check(template: nodes.Template) -> None:
    """Refuse what cannot be refused while a template is filled."""
    forbidden = (nodes.ScopedEvalContextModifier, nodes.EvalContextModifier)
    if next(template.find_all(forbidden), None) is not None:
        raise NotInTheSandbox(Words(_("escaping cannot be turned off")))
    for taken in template.find_all((nodes.Extends, nodes.Include, nodes.Import, nodes.FromImport)):
        name = taken.template  # type: ignore[attr-defined]  # All four have one.
        if not isinstance(name, nodes.Const) or name.value not in LAID_OUT:
            raise NotInTheSandbox(
                Words(
                    _("line {line} takes in what is not a layout of ours"),
                    line=taken.lineno,
                )
            )
    if any(loop.recursive for loop in template.find_all(nodes.For)):
        raise NotInTheSandbox(Words(_("a loop may not call itself")))
    if max(_loop_depths(template, 0), default=0) > LOOPS_MAX:
        raise NotInTheSandbox(
            Words(_("more than {most} loops stand inside one another"), most=LOOPS_MAX)
        )


def _loop_depths(node: nodes.Node, depth: int) -> Iterator[int]:
    for child in node.iter_child_nodes():
        inside = depth + isinstance(child, nodes.For)
        yield inside
        yield from _loop_depths(child, inside)

"""Where a row that only a script opens leads, read from the page's own script. Refuses to run any of it.

    fn_view('12','B1')  →  the function's statements, in their order  →  location | the form that it fills and sends

A small reader of assignments, not an interpreter: strings, parameters, templates, `data-` values. What it cannot follow
has no address. Everything is bounded: characters of a body, statements, calls inside calls.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice

from crawlers.markup import Node, attribute
from crawlers.script_text import MAX_CALL, arguments_of, block, enclosed, pruned, statements

__all__ = ["MAX_CALL", "Called", "Scripts", "block", "call_in", "data_of", "hidden_inputs"]

_MAX_STATEMENTS = 60
_MAX_STEPS = 60_000  # statements read for all rows of a page together
_MAX_CONSTANTS = 40  # of a page
_MAX_FUNCTIONS = 8  # of one name
_MAX_INPUTS = 60  # of one form
_CALL = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$.]{0,60})\s{0,5}\(([^()]{0,300}(?:\([^()]{0,100}\)[^()]{0,100})?)\)")
_NO_CALL = {
    "void", "if", "return", "alert", "confirm", "preventDefault", "stopPropagation", "focus", "blur", "submit", "open",
    "encodeURIComponent", "encodeURI", "escape", "parseInt", "String", "Number", "closest", "hide", "show", "trim",
}  # fmt: skip
_ARGUMENT = re.compile(r"'([^'\n]{0,200})'|\"([^\"\n]{0,200})\"|(?<![\w.])(-?\d{1,20})(?![\w.])|\b(this)\b")
_NAME = r"[A-Za-z_$][\w$]*"
_SET = re.compile(
    rf"^(?:(?:var|let|const)\s+)?({_NAME}(?:\.{_NAME}|\[\s*['\"][\w.-]+['\"]\s*\])*)\s*(\+?)=(?!=)\s*(.+)$", re.DOTALL
)
_GOES = re.compile(
    r"(?:\blocation(?:\.href)?\s*=(?!=)|\blocation\.(?:replace|assign)\s*\(|\bwindow\.open\s*\(|\bopen\s*\()\s*(.+)",
    re.DOTALL,
)
_VALUE = re.compile(rf"(?:\.|\[['\"])({_NAME})(?:['\"]\])?\.value\s*=(?!=)\s*(.+)$", re.DOTALL)
_BY_ID = re.compile(
    r"(?:getElementById|querySelector|getElementsByName|"
    r"elements)\s*[(\[]\s*['\"][^'\"]*?([\w-]+)['\"]?\]?['\"]\s*[)\]](?:\[0\])?\.value\s*=(?!=)\s*(.+)$",
    re.DOTALL,
)
_VAL = re.compile(
    r"\$\(\s*['\"][^'\"\n]{0,80}?([\w-]+)['\"]?\]?['\"](?:\s*,[^()]{0,40})?\s*\)(?:\.\w+\([^()]{0,60}\))?\.val\(\s*(.+?)\s*\)\s*(?:\.|$)",
    re.DOTALL,
)
_ACTION = re.compile(
    r"^action\s*:\s*(.+)$|"
    r"\.action\s*=(?!=)\s*(.+)$|\.(?:attr|prop)\(\s*['\"]action['\"]\s*,\s*(.+?)\s*\)\s*(?:\.|$)|"
    r"setAttribute\(\s*['\"]action['\"]\s*,\s*(.+?)\s*\)",
    re.DOTALL,
)
_METHOD = re.compile(r"(?:\.method\s*=|\(\s*['\"]method['\"]\s*,|^method\s*:)\s*['\"](get|post)['\"]", re.IGNORECASE)
_SENDS = re.compile(r"\bsubmit\s*\(|\.trigger\(\s*['\"]submit['\"]")
_TEMPLATE = re.compile(r"`([^`\n]{0,600})`")
_HOLE = re.compile(r"\$\{\s*([^{}]{1,80}?)\s*\}")
_DATA = re.compile(
    r"(?:\.data\(\s*['\"]([\w-]+)['\"]\s*\)|\.dataset\.(\w+)|\.dataset\[\s*['\"](\w+)['\"]\s*\]|"
    r"\.(?:attr|prop|getAttribute)\(\s*['\"](?:data-)?([\w-]+)['\"]\s*\))"
)
_PIECE = re.compile(rf"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\"|({_NAME}(?:\s*\.\s*{_NAME})*)|([,;])")
_NOISE = re.compile(
    r"(?:.*(?:csrf|token|session|search|srch|keyword|pass|captcha).*|page.*|.*page(?:index|no|num|unit|size)?|.*sort.*|"
    r"order.*|.*cnt|mode_?old|list.*cnt|rows?|cmd_?old|s?date|e?date)",
    re.IGNORECASE,
)
_OBJECT = re.compile(r"[{,]\s*['\"]?(\w{1,40})['\"]?\s*:\s*(?:['\"]([^'\"\n]{0,200})['\"]|(\d{1,20}))")
_HANDLED = re.compile(r"(?:['\"]click['\"]|\.click\s*\(|onclick\s*=)")


@dataclass(frozen=True, slots=True)
class Called:
    """Where a call leads: a `location` as written, or the form that it sends (`action` "" is the page itself)."""

    location: str = ""
    action: str = ""
    fields: tuple[tuple[str, str], ...] = ()
    method: str = "get"
    sends: bool = False


@dataclass(slots=True)
class _Run:
    """What is known while a function is read."""

    values: dict[str, str]
    data: Mapping[str, str]
    given: set[str]
    told: set[str] = field(default_factory=set)  # what of the given was used
    fields: dict[str, str] = field(default_factory=dict)
    location: str = ""
    action: str = ""
    form: str = ""
    method: str = ""
    sends: bool = False


class Scripts:
    """The scripts and forms of one page."""

    def __init__(self, root: Node, source: str) -> None:
        self._root, self._source = root, source
        self._functions: dict[str, list[tuple[list[str], str]]] = {}
        self._handlers: list[str] | None = None
        self._forms: list[Node] | None = None
        self._steps = 0
        self._constants: dict[str, str] = {}

    def follow(self, call: str, data: Mapping[str, str], depth: int = 0) -> Called | None:
        """Where the script `call` (an onclick or javascript: address) leads, with the `data-` values at hand."""
        run = _Run({}, data, set())
        self._read(call, run, depth)
        if run.location or run.sends:
            return self._outcome(run)
        named = call_in(call)
        if named is None:
            return None
        name, given = named
        given = [data.get("id", "") or next(iter(data.values()), "") if one == "this" else one for one in given]
        parts = _OBJECT.findall(call) if "{" in call else []
        for parameters, body in self._bodies(name):
            values = dict(zip(parameters, given, strict=False))
            values |= {f"{parameters[0]}.{key}": text or number for key, text, number in parts}
            run = _Run(values, data, set(values))
            self._read(body, run, depth)
            if run.told and (run.location or run.sends):
                return self._outcome(run)
        return None

    def handled(self, data: Mapping[str, str]) -> Called | None:
        """Where a row with these `data-` values leads, by the page's own click handlers."""
        for body in self._clicks():
            run = _Run({}, data, set())
            self._read(body, run, 0)
            if run.told and (run.location or run.sends):
                return self._outcome(run)
        return None

    def form_of(self, node: Node, fields: Mapping[str, str]) -> Called:
        """What the form `node` sends with `fields`."""
        return Called("", attribute(node, "action"), tuple(fields.items()), _method(node), sends=True)

    def _read(self, body: str, run: _Run, depth: int) -> None:
        for statement in islice(statements(pruned(body, run.values, run.given)), _MAX_STATEMENTS):
            self._steps += 1
            if self._steps > _MAX_STEPS:
                return
            self._statement(statement, run, depth)
            if run.location:
                return

    def _statement(self, text: str, run: _Run, depth: int) -> None:
        if goes := _GOES.search(text):
            where = self._value(goes[1], run, argument=True)
            if where and not (run.given and not run.told) and not where.startswith(("#", "javascript:")):
                run.location = where
            return
        if method := _METHOD.search(text):
            run.method = method[1].lower()
        if action := _ACTION.search(text):
            run.action = self._value(next(filter(None, action.groups())), run, argument=True)
            self._note_form(text, run)
        elif field_set := _VAL.search(text) or _BY_ID.search(text) or _VALUE.search(text):
            told = enclosed(text, field_set.start(2)) if field_set.re is _VAL else field_set[2]
            run.fields[field_set[1]] = self._value(told, run, argument=True)
            self._note_form(text, run)
        elif found := _SET.match(text):
            name, more, expression = found.groups()
            value = self._value(expression, run)
            run.values[name] = run.values.get(name, "") + value if more else value
            self._note_form(text, run)
        elif not _SENDS.search(text) and depth < 2:
            self._deeper(text, run, depth)
        if _SENDS.search(text):
            run.sends = True
            self._note_form(text, run)

    def _deeper(self, text: str, run: _Run, depth: int) -> None:
        """A helper that the function calls with something it was given: `go('/view.do?id=' + id)`."""
        named = _CALL.search(text)
        if named is None or named[1].rsplit(".", 1)[-1] in _NO_CALL:
            return
        given = [
            part.strip() if part.strip().isdecimal() else self._value(part, run) for part in arguments_of(named[2])
        ]
        for parameters, body in self._bodies(named[1].rsplit(".", 1)[-1]) if self._steps < _MAX_STEPS else []:
            inner = _Run(dict(zip(parameters, given, strict=False)), run.data, set(parameters), fields=run.fields)
            self._read(body, inner, depth + 1)
            if inner.told and (inner.location or inner.sends):
                run.location, run.action, run.sends = inner.location, inner.action or run.action, inner.sends
                run.form, run.method = inner.form or run.form, inner.method or run.method
                return

    def _value(self, expression: str, run: _Run, *, argument: bool = False) -> str:
        """The parts of `'/view?id=' + id` or of a template, joined; what is unknown says nothing."""
        plain = _TEMPLATE.sub(lambda found: self._filled(found[1], run), expression)
        plain = _DATA.sub(lambda found: self._held(found, run), plain)
        parts = []
        for literal, quoted, name, mark in _PIECE.findall(plain):
            if mark:
                if argument:
                    break
                continue
            parts.append(literal or quoted or self._known("".join(name.split()), run))
        return "".join(parts).replace("\\/", "/").replace("&amp;", "&")

    def _filled(self, template: str, run: _Run) -> str:
        # a hole may hold an expression of its own
        parts = _HOLE.split(template)
        filled = [self._value(part, run) if place % 2 else part for place, part in enumerate(parts)]
        return "'" + "".join(filled).replace("'", "") + "'"

    def _held(self, found: re.Match[str], run: _Run) -> str:
        name = next(filter(None, found.groups()))
        value = run.data.get(_plain(name), "")
        if value:
            run.told.add(name)
        return f" + '{value}'"

    def _known(self, name: str, run: _Run) -> str:
        base = name.split(".", maxsplit=1)[0]
        name = (
            name
            if name in run.values
            else base
            if name.rsplit(".", maxsplit=1)[-1] in {"trim", "toString", "value"}
            else name
        )
        if name in run.given and run.values.get(name):
            run.told.add(name)
        return run.values[name] if name in run.values else self._global(name)

    def _global(self, name: str) -> str:
        """A constant of the page: `var ctx = '/board'`."""
        if name not in self._constants and len(self._constants) < _MAX_CONSTANTS:
            found = re.search(
                rf"(?:\b(?:var|let|const)|[;{{,\n])\s{{1,9}}{re.escape(name[:60])}\s{{0,9}}[=:]\s{{0,9}}(?:'([^'\n]{{0,200}})'|\"([^\"\n]{{0,200}})\")\s{{0,9}}[;,\n]",
                self._source,
            )
            self._constants[name] = (found[1] or found[2] or "") if found else ""
        return self._constants.get(name, "")

    def _note_form(self, text: str, run: _Run) -> None:
        for form in self._all_forms():
            for name in (attribute(form, "name"), attribute(form, "id")):
                if name and re.search(rf"(?<![\w$]){re.escape(name[:60])}(?![\w$])", text[:300]):
                    run.form = name

    def _outcome(self, run: _Run) -> Called:
        if run.location:
            return Called(run.location)
        form = self._form(run)
        if form is None:
            return Called("", run.action, tuple(run.fields.items()), run.method or "get", sends=bool(run.action))
        fields = {**_hidden(form), **{name: value for name, value in run.fields.items() if value}}
        return Called(
            "", run.action or attribute(form, "action"), tuple(fields.items()), run.method or _method(form), sends=True
        )

    def _form(self, run: _Run) -> Node | None:
        forms = self._all_forms()
        named = [form for form in forms if run.form and run.form in {attribute(form, "name"), attribute(form, "id")}]
        having = [form for form in forms if run.fields.keys() & _inputs(form)]
        return next(iter(named or having or (forms if len(forms) == 1 else [])), None)

    def _all_forms(self) -> list[Node]:
        if self._forms is None:
            self._forms = self._root.css("form")[:20]
        return self._forms

    def _bodies(self, name: str) -> list[tuple[list[str], str]]:
        """The parameters and the body of each function of that name in the page."""
        if name not in self._functions:
            heads = re.finditer(
                rf"(?<![\w$]){re.escape(name)}\s{{0,9}}(?:[=:]\s{{0,9}}(?:async\s{{1,9}})?(?:function\s{{0,9}}[\w$]{{0,60}}\s{{0,9}})?)?"
                rf"\(([^()]{{0,200}})\)\s{{0,99}}(?:=>\s{{0,9}})?\{{",
                self._source,
            )
            self._functions[name] = [
                ([part.split("=")[0].strip() for part in head[1].split(",")], block(self._source, head.end()))
                for head in islice(heads, _MAX_FUNCTIONS)
            ]
        return self._functions[name]

    def _clicks(self) -> list[str]:
        if self._handlers is None:
            self._handlers = []
            for found in islice(_HANDLED.finditer(self._source), 40):
                start = self._source.find("{", found.end(), found.end() + 200)
                if start >= 0:
                    self._handlers.append(block(self._source, start + 1))
        return self._handlers


def call_in(call: str) -> tuple[str, list[str]] | None:
    """The function that a row's script calls, and the values it gives it."""
    for found in _CALL.finditer(call[:MAX_CALL]):
        name = found[1].rsplit(".", 1)[-1]
        if name not in _NO_CALL:
            return name, ["".join(groups) for groups in _ARGUMENT.findall(found[2])]
    return None


def data_of(node: Node) -> dict[str, str]:
    """The `data-` values of an element, and its own id-like attributes, by their plain names."""
    held = {}
    for name, value in node.attributes.items():
        if value and len(value) <= 300 and (name.startswith("data-") or name in {"id", "rel", "value", "name", "href"}):
            held[_plain(name.removeprefix("data-"))] = value
    return held


def hidden_inputs(node: Node) -> dict[str, str]:
    """The hidden inputs inside `node` that can name a document."""
    return _hidden(node)


def _plain(name: str) -> str:
    return re.sub(r"[-_]", "", name).lower()


def _method(form: Node) -> str:
    return attribute(form, "method").strip().lower() or "get"


def _inputs(form: Node) -> set[str]:
    inputs = form.css("input")[:_MAX_INPUTS]
    return {name for one in inputs for name in (attribute(one, "name"), attribute(one, "id")) if name}


def _hidden(form: Node) -> dict[str, str]:
    hidden = [one for one in form.css("input")[:_MAX_INPUTS] if attribute(one, "type").lower() == "hidden"]
    named = {attribute(one, "name") or attribute(one, "id"): attribute(one, "value").strip() for one in hidden}
    return {name: value[:200] for name, value in named.items() if name and value and not _NOISE.fullmatch(name)}

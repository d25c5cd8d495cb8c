"""Forms as Slack's modals, and a filled one as the words that it stands for. Pure: `bot.wording.forms` has the words.

A form says nothing that could not be typed: what comes of it is a text with a slash name, for the same conversation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from bot.messengers.slack.blocks import Block, plain_text
from bot.wording.forms import FORMS, Field, Form

_BY_SLASH: Final = {form.slash: form for form in FORMS}
_BY_NAME: Final = {form.name: form for form in FORMS}


def asked_for(body: Mapping[str, Any]) -> Form | None:
    """The form that a bare slash command or a shortcut opens."""
    if body.get("type") == "shortcut":
        return _BY_NAME.get(str(body.get("callback_id")))
    bare = not str(body.get("text") or "").strip()
    return _BY_SLASH.get(str(body.get("command") or "")) if bare else None


def view(form: Form, channel: str) -> Block:
    """The modal; `channel` is where it was asked for, empty in private."""
    return {
        "type": "modal",
        "callback_id": form.name,
        "private_metadata": channel,
        "title": plain_text(form.title),
        "submit": plain_text(form.submit),
        "close": plain_text(form.close),
        "blocks": [_input(field) for field in form.fields],
    }


def said(submitted: Mapping[str, Any]) -> str | None:
    """What a filled form says, with its slash name in front; None for a form that is not ours."""
    form = _BY_NAME.get(str(submitted.get("callback_id")))
    if form is None:
        return None
    values = submitted["state"]["values"]
    told = {field.name: _value(values.get(field.name, {}).get("value") or {}, field) for field in form.fields}
    return f"{form.slash} {form.sentence(told)}".strip()


def _input(field: Field) -> Block:
    element: Block = {"action_id": "value", "type": _ELEMENTS[field.kind]}
    if field.kind == "choice":
        element["options"] = [{"text": plain_text(one), "value": str(at)} for at, one in enumerate(field.choices)]
    elif field.kind in {"text", "lines"}:
        element["max_length"] = field.longest
    if field.kind == "lines":
        element["multiline"] = True
    if field.hint and field.kind in {"text", "lines", "choice"}:
        element["placeholder"] = plain_text(field.hint)
    return {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label),
        "optional": field.optional,
        "element": element,
    }


_ELEMENTS: Final = {
    "text": "plain_text_input",
    "lines": "plain_text_input",
    "day": "datepicker",
    "clock": "timepicker",
    "choice": "static_select",
}


def _value(state: Mapping[str, Any], field: Field) -> str:
    """A field's value as text; Slack names it after the element's type."""
    option = state.get("selected_option") or {}
    chosen = (option.get("text") or {}).get("text")
    found = state.get("value") or state.get("selected_date") or state.get("selected_time") or chosen or ""
    lines = str(found).splitlines() if field.kind == "lines" else [str(found)]
    return "\n".join(" ".join(line.split()) for line in lines).strip()[: field.longest]

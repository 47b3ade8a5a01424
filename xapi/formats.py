"""A statement as it is asked for: by its identifiers alone, or in the canonical form in one language.

What is not changed is handed on as it was received, byte for byte: numbers, times, unknown precision.
Source: xAPI 1.0.3, Communication, 2.1.3 (the parameter `format`, language filtering).
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple, TypeAlias

from msgspec import Raw, Struct
from msgspec.json import Decoder, Encoder

from xapi.languages import one_language

__all__ = ["Definitions", "canonical", "ids", "one_language"]

Definitions: TypeAlias = Callable[[str], bytes | None]
"""The canonical definition of the activity with an IRI, as JSON; None if there is none."""

_Change: TypeAlias = Callable[[Raw], Raw]

_IDENTIFIERS = ("objectType", "mbox", "mbox_sha1sum", "openid", "account")
_TEXTS = ("name", "description")
_COMPONENTS = ("choices", "scale", "source", "target", "steps")

_encode = Encoder().encode
_members = Decoder(dict[str, Raw]).decode
_elements = Decoder(list[Raw]).decode
_text = Decoder(str).decode


class _Kind(Struct, gc=False):
    objectType: str = "Activity"  # noqa: N815


_kind = Decoder(_Kind).decode


class _Changes(NamedTuple):
    """What a format makes of each agent or group, each verb and each activity."""

    agent: _Change
    verb: _Change
    activity: _Change


def ids(document: bytes) -> bytes:
    """The statement with no more of agents, verbs and activities than identifies them."""
    return bytes(_statement(Raw(document), _Changes(_agent_id, _id, _id)))


def canonical(document: bytes, accept_language: str, definitions: Definitions) -> bytes:
    """The statement with the canonical definitions of its activities, each text in one language.

    An activity without a canonical definition keeps its own. Agents, groups and extensions stay as they are.
    """
    verb = partial(_in_one_language, names=("display",), accept_language=accept_language)
    activity = partial(_defined, accept_language=accept_language, definitions=definitions)
    return bytes(_statement(Raw(document), _Changes(_same, verb, activity)))


def _statement(raw: Raw, changes: _Changes) -> Raw:
    parts = _members(raw)
    _change(parts, "actor", changes.agent)
    _change(parts, "verb", changes.verb)
    _change(parts, "object", partial(_object, changes=changes))
    _change(parts, "context", partial(_context, changes=changes))
    _change(parts, "authority", changes.agent)
    return _raw(parts)


def _object(raw: Raw, changes: _Changes) -> Raw:
    kind = _kind(raw).objectType
    if kind == "Activity":
        return changes.activity(raw)
    if kind == "SubStatement":
        return _statement(raw, changes)
    return raw if kind == "StatementRef" else changes.agent(raw)


def _context(raw: Raw, changes: _Changes) -> Raw:
    parts = _members(raw)
    _change(parts, "instructor", changes.agent)
    _change(parts, "team", changes.agent)
    _change(parts, "contextActivities", partial(_related, change=changes.activity))
    for name, within in (("contextAgents", "agent"), ("contextGroups", "group")):
        participant = partial(_within, name=within, change=changes.agent)
        _change(parts, name, partial(_each, change=participant))
    return _raw(parts)


def _related(raw: Raw, change: _Change) -> Raw:
    """Related activities by relation: a list of them, or one that stands without its list."""
    parts = _members(raw)
    for name in parts:
        alone = bytes(parts[name]).startswith(b"{")
        parts[name] = change(parts[name]) if alone else _each(parts[name], change)
    return _raw(parts)


def _agent_id(raw: Raw) -> Raw:
    """An anonymous group is known by its members alone."""
    parts = _members(raw)
    known = {name: part for name, part in parts.items() if name in _IDENTIFIERS}
    if "member" in parts and not known.keys() - {"objectType"}:
        known["member"] = _each(parts["member"], _agent_id)
    return _raw(known)


def _id(raw: Raw) -> Raw:
    return _raw({"id": _members(raw)["id"]})


def _same(raw: Raw) -> Raw:
    return raw


def _defined(raw: Raw, accept_language: str, definitions: Definitions) -> Raw:
    parts = _members(raw)
    found = definitions(_text(parts["id"]))
    if found is not None:
        parts["definition"] = Raw(found)
    _change(parts, "definition", partial(_definition, accept_language=accept_language))
    return _raw(parts)


def _definition(raw: Raw, accept_language: str) -> Raw:
    parts = _members(_in_one_language(raw, _TEXTS, accept_language))
    component = partial(_in_one_language, names=("description",), accept_language=accept_language)
    for name in _COMPONENTS:
        _change(parts, name, partial(_each, change=component))
    return _raw(parts)


def _in_one_language(raw: Raw, names: tuple[str, ...], accept_language: str) -> Raw:
    """An object whose members of these names are texts by language."""
    parts = _members(raw)
    for name in names:
        _change(parts, name, lambda texts: _raw(one_language(_members(texts), accept_language)))
    return _raw(parts)


def _within(raw: Raw, name: str, change: _Change) -> Raw:
    parts = _members(raw)
    _change(parts, name, change)
    return _raw(parts)


def _each(raw: Raw, change: _Change) -> Raw:
    return Raw(_encode([change(element) for element in _elements(raw)]))


def _change(parts: dict[str, Raw], name: str, change: _Change) -> None:
    if name in parts:
        parts[name] = change(parts[name])


def _raw(parts: dict[str, Raw]) -> Raw:
    return Raw(_encode(parts))

"""The settings of a plugin as a form: what is asked for, and what was entered made into settings again.

A secret is entered and never shown: its file is referred to, and an empty field leaves it as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, StrEnum
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

from gleanery.errors import BadInput

Tree = dict[str, Any]


class Kind(StrEnum):
    """What a field takes."""

    TEXT = "text"
    SECRET = "secret"  # noqa: S105 the word, not one
    LINES = "lines"
    PAIRS = "pairs"
    FLAG = "flag"
    NUMBER = "number"
    CHOICE = "choice"
    FILE = "file"
    FILES = "files"


@dataclass(frozen=True)
class Field:
    """One setting as a form asks for it; `name` is dotted where it stands in a group, `default` as it is entered."""

    name: str
    kind: Kind
    hint: str
    required: bool
    default: str
    choices: tuple[str, ...] = ()
    title: str = ""

    @property
    def label(self) -> str:
        """What its plugin calls it, else its name in words: "First days", in a group "Fields: title"."""
        return self.title or self.name.replace(".", ": ").replace("_", " ").capitalize()


def fields_of(model: type[BaseModel], prefix: str = "") -> list[Field]:
    """What a form for these settings asks for, in their order; groups are taken apart."""
    found: list[Field] = []
    for name, info in model.model_fields.items():
        annotation = _plain(info.annotation)
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            found += fields_of(annotation, f"{prefix}{name}.")
            continue
        kind = _kind(annotation)
        default = None if info.default is PydanticUndefined else info.default
        shown = "" if kind is Kind.SECRET else written(kind, default)
        hint, title, needed = info.description or "", info.title or "", info.is_required()
        found.append(Field(f"{prefix}{name}", kind, hint, needed, shown, _choices(annotation), title))
    return found


def _plain(annotation: Any) -> Any:
    """The annotation without None; of several the one that takes most."""
    if get_origin(annotation) not in (Union, UnionType):
        return annotation
    parts = [part for part in get_args(annotation) if part is not NoneType]
    many = [part for part in parts if get_origin(part) in (tuple, list)]
    return many[0] if many else parts[0]


def _kind(annotation: Any) -> Kind:
    origin = get_origin(annotation)
    if origin in (tuple, list, set, frozenset):
        return Kind.FILES if Path in get_args(annotation) else Kind.LINES
    if origin is dict:
        return Kind.PAIRS
    if _choices(annotation):
        return Kind.CHOICE
    numbers = {int: Kind.NUMBER, float: Kind.NUMBER, Decimal: Kind.NUMBER}
    return {bool: Kind.FLAG, SecretStr: Kind.SECRET, Path: Kind.FILE, **numbers}.get(annotation, Kind.TEXT)


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(map(str, get_args(annotation)))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(one.value) for one in annotation)
    return ()


# --------------------------------------------------------------------------- shown


def written(kind: Kind, value: Any) -> str:
    """A value as somebody would enter it."""
    if value is None or value in ((), {}):
        return ""
    if kind is Kind.FLAG:
        return "on" if value else ""
    if kind in (Kind.LINES, Kind.FILES):
        return "\n".join(map(str, [value] if isinstance(value, str) else value))
    if kind is Kind.PAIRS:
        return "\n".join(f"{key}: {one}" for key, one in value.items())
    return str(value.value if isinstance(value, Enum) else value)


def shown(fields: Sequence[Field], settings: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the form for these settings; of a secret only whether there is one ("kept")."""
    found = {}
    for field in fields:
        value = _at(settings, field.name)
        if field.kind is Kind.SECRET:
            found[field.name] = "kept" if value else ""
        else:
            found[field.name] = field.default if value is None else written(field.kind, value)
    return found


def _at(tree: Mapping[str, Any], name: str) -> Any:
    here: Any = tree
    for part in name.split("."):
        here = here.get(part) if isinstance(here, Mapping) else None
    return here


# --------------------------------------------------------------------------- entered


@dataclass(frozen=True)
class Entered:
    """Settings that somebody entered, without what is as it would be anyway; `secrets` by name, in clear."""

    settings: Tree
    secrets: Mapping[str, SecretStr]


def entered(fields: Sequence[Field], given: Mapping[str, str]) -> Entered:
    """What a form brought; a field that is not among `given` counts as empty, an unticked box as no."""
    settings: Tree = {}
    secrets = {}
    for field in fields:
        text = given.get(field.name, "").strip()
        if field.kind is Kind.SECRET:
            if text:
                secrets[field.name] = SecretStr(text)
        elif text.replace("\r\n", "\n") != field.default:
            _put(settings, field.name, _parsed(field, text))
    return Entered(settings, secrets)


def _put(tree: Tree, name: str, value: Any) -> None:
    *outer, last = name.split(".")
    for part in outer:
        tree = tree.setdefault(part, {})
    if value is not None:
        tree[last] = value


def _parsed(field: Field, text: str) -> Any:
    if field.kind is Kind.FLAG:
        return bool(text)
    if field.kind in (Kind.LINES, Kind.FILES):
        return [line.strip() for line in text.splitlines() if line.strip()]
    if field.kind is Kind.PAIRS:
        pairs = (line.partition(":") for line in text.splitlines() if line.strip())
        return {key.strip(): value.strip() for key, _, value in pairs}
    if field.kind is Kind.NUMBER and re.fullmatch(r"-?\d{1,15}", text):
        return int(text)
    if field.kind is Kind.NUMBER and re.fullmatch(r"-?\d{1,12}\.\d{1,6}", text):
        return float(text)
    return text or None


def taken_apart(fields: Sequence[Field], tree: Mapping[str, Any]) -> Entered:
    """The same of settings as a program sends them, its secrets in clear where they belong. Raises: BadInput."""
    settings: Tree = dict(tree)
    secrets = {}
    for field in fields:
        value = settings.pop(field.name, None) if field.kind is Kind.SECRET else None
        if isinstance(value, str) and value:
            secrets[field.name] = SecretStr(value)
        elif value is not None:
            raise BadInput(
                f"{field.name} is sent as text, never as a reference to a variable or file.",
                remedy="Send the secret itself; it is kept in a file of its own and never shown.",
            )
    return Entered(settings, secrets)

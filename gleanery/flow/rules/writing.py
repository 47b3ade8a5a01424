"""A rule as it is written: conditions joined by all, any and not, and one effect; checked before it is kept.

name: Ask about sales decks
when:
  all:
    - {field: words, op: has word, value: sales deck}
    - not: {field: platform, op: is one of, value: [youtube, vimeo]}
effect: {do: ask, why: It may be for customers only.}
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from gleanery.errors import BadInput
from gleanery.flow.rules.fields import OPS, Kind, Op, kind_of
from gleanery.flow.rules.patterns import folded, require_usable

MOST_CONDITIONS, MOST_DEEP, MOST_VALUES, MAX_FILE = 50, 6, 200, 100_000

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Value = bool | float | Short | tuple[Short, ...] | None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(_Part):
    """One question: a field, an operator and a value: a text or some, a number, a day as 2026-01-31, or yes or no.

    `is known` has none.
    """

    field: str
    op: Op
    value: Value = None

    @field_validator("value", mode="before")
    @classmethod
    def _plain(cls, value: Any) -> Any:
        return value.isoformat() if isinstance(value, date) else value

    @model_validator(mode="after")
    def _fits(self) -> Condition:
        kind = kind_of(self.field)
        if kind is None:
            raise ValueError(f"there is no field {self.field!r}")
        if self.op not in OPS[kind]:
            raise ValueError(
                f"{self.field} cannot be asked by {self.op.value!r}, but by {', '.join(OPS[kind])}"
            )
        if self.op is Op.KNOWN:
            if self.value is not None:
                raise ValueError("`is known` takes no value")
        elif not _FITS[kind](self):
            raise ValueError(f"the value must be {_WANTED[kind]}")
        return self

    @property
    def texts(self) -> tuple[str, ...]:
        """The values as texts; one where there is one."""
        return self.value if isinstance(self.value, tuple) else (str(self.value),)


def _is_text(asked: Condition) -> bool:
    """Raises: BadInput, see `require_usable`."""
    if not isinstance(asked.value, str | tuple) or not 0 < len(asked.texts) <= MOST_VALUES:
        return False
    if asked.op is Op.MATCHES:
        for pattern in asked.texts:
            require_usable(pattern)
    return all(map(folded, asked.texts))


def _is_day(asked: Condition) -> bool:
    try:
        return isinstance(asked.value, str) and bool(date.fromisoformat(asked.value))
    except ValueError:
        return False


def _is_number(asked: Condition) -> bool:
    return isinstance(asked.value, float) and isfinite(asked.value)


_FITS: Mapping[Kind, Callable[[Condition], bool]] = {
    Kind.TEXT: _is_text,
    Kind.NAME: _is_text,
    Kind.NUMBER: _is_number,
    Kind.DAY: _is_day,
    Kind.YES_NO: lambda asked: isinstance(asked.value, bool),
}
_WANTED: Mapping[Kind, str] = {
    Kind.TEXT: f"a text that shows something, or up to {MOST_VALUES} of them",
    Kind.NAME: f"a name, or up to {MOST_VALUES} of them",
    Kind.NUMBER: "a number",
    Kind.DAY: "a day such as 2026-01-31",
    Kind.YES_NO: "true or false",
}


class All(_Part):
    """Holds where every part does."""

    all: tuple[Node, ...] = Field(min_length=1, max_length=MOST_CONDITIONS)


class AnyOf(_Part):
    """Holds where one part does."""

    any: tuple[Node, ...] = Field(min_length=1, max_length=MOST_CONDITIONS)


class Not(_Part):
    """Holds where its part does not."""

    no: Node = Field(alias="not")


def _form_of(value: Any) -> str:
    """Which form of a node is meant."""
    if isinstance(value, dict):
        return next((f"~{form}" for form in ("all", "any", "not") if form in value), "~condition")
    forms: Mapping[type, str] = {All: "~all", AnyOf: "~any", Not: "~not"}
    return forms.get(type(value), "~condition")


Node = Annotated[
    Annotated[Condition, Tag("~condition")]
    | Annotated[All, Tag("~all")]
    | Annotated[AnyOf, Tag("~any")]
    | Annotated[Not, Tag("~not")],
    Discriminator(_form_of),
]


class Effect(_Part):
    """What becomes of the item. `keep`: the steps' doubts are set aside; what guards the house is never touched.

    `tag` needs framework and concept, `goal` a goal of the organisation; `first` and `last` are places in the queue.
    """

    do: Literal["keep", "ask", "drop", "tag", "goal", "first", "last"]
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] = ""
    framework: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""
    concept: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1_000)] = ""
    goal: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = ""

    @model_validator(mode="after")
    def _whole(self) -> Effect:
        if self.do in ("ask", "drop") and not self.why:
            raise ValueError(f"`{self.do}` needs a reason: why")
        if self.do == "tag" and not (self.framework and self.concept):
            raise ValueError("`tag` needs framework and concept")
        if self.do == "goal" and not self.goal:
            raise ValueError("`goal` needs the name of a goal")
        return self


class Written(_Part):
    """A rule as it is written."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
    when: Node
    effect: Effect

    @model_validator(mode="after")
    def _not_too_many(self) -> Written:
        if sum(1 for _ in self.conditions) > MOST_CONDITIONS:
            raise ValueError(f"it has more than {MOST_CONDITIONS} conditions")
        return self

    def body(self) -> dict[str, Any]:
        """The rule as it is kept, and as a file holds it."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    @property
    def conditions(self) -> Iterator[Condition]:
        """Its conditions, in the order they are written."""
        return _conditions(self.when)


for _model in (All, AnyOf, Not, Written):
    _model.model_rebuild()


def _conditions(node: Node) -> Iterator[Condition]:
    if isinstance(node, Condition):
        yield node
    for part in parts_of(node):
        yield from _conditions(part)


def parts_of(node: Node) -> tuple[Node, ...]:
    """The parts that a node joins; none for a condition."""
    if isinstance(node, All):
        return node.all
    if isinstance(node, AnyOf):
        return node.any
    return (node.no,) if isinstance(node, Not) else ()


# --------------------------------------------------------------------------- checked


def checked(raw: Any) -> Written:
    """The rule, once it is known to be one. Raises: BadInput naming the place and what is wrong with it."""
    _require_shape(raw)
    try:
        return Written.model_validate(raw)
    except ValidationError as error:
        told = "; ".join(dict.fromkeys(map(_told, error.errors())))
        raise BadInput(f"This is no rule that can be used: {told}.", remedy=_SEE) from error


_SEE = "See docs/how-to/rules.md for the fields and what can be asked of them."


def _told(error: Any) -> str:
    """Where a fault is, without the forms that were tried, and what it is."""
    places = [text for one in error["loc"] if (text := str(one)) not in _TYPES and not text.startswith("~")]
    return f"{'.'.join(places)}: {error['msg'].removeprefix('Value error, ')}".removeprefix(": ")


_TYPES = {"bool", "float", "constrained-str", "tuple[constrained-str, ...]"}


def _require_shape(raw: Any) -> None:
    """Raises: BadInput where it is no mapping, or so deep or wide that nobody could mean it."""
    if not isinstance(raw, dict):
        raise BadInput("A rule is a mapping with name, when and effect.", remedy=_SEE)
    level, deep = [raw], 0
    while level:
        level = [part for one in level for part in _within(one)]
        deep += 1
        if deep > 2 * MOST_DEEP + 4 or len(level) > MOST_CONDITIONS * MOST_VALUES:
            raise BadInput(
                f"A rule goes at most {MOST_DEEP} levels deep and has at most {MOST_CONDITIONS} conditions.",
                remedy="Make two of it.",
            )


def _within(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values())
    return list(value) if isinstance(value, list) else []


def read_rule(path: Path) -> Written:
    """The rule of a YAML or JSON file. Raises: BadInput."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(MAX_FILE + 1)
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path} cannot be read as UTF-8 text.", remedy="Give a YAML or JSON file.") from error
    return parsed(text)


def parsed(text: str) -> Written:
    """The rule of a text in YAML, of which JSON is a part. Raises: BadInput."""
    if len(text) > MAX_FILE:
        raise BadInput(f"A rule has at most {MAX_FILE:,} characters.", remedy="Make two of it.")
    try:
        raw = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise BadInput("This is neither YAML nor JSON.", remedy=_SEE) from error
    return checked(raw)


def as_text(rule: Written) -> str:
    """The rule as JSON with line breaks, to be changed by hand."""
    return json.dumps(rule.body(), ensure_ascii=False, indent=2)

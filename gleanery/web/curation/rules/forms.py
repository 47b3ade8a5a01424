"""What the form of a rule brings: rows of field, operator and value, or its text; taken as it was typed."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from gleanery.errors import BadInput
from gleanery.flow.rules.fields import Kind, Op, kind_of
from gleanery.flow.rules.writing import All, AnyOf, Condition, Node, Not, Written, as_text, checked, parsed

MOST_ROWS, SPARE_ROWS = 20, 2

Typed = Annotated[str, Field(max_length=100_000)]
Short = Annotated[str, Field(max_length=6_000)]
Column = Annotated[list[Short], Field(max_length=MOST_ROWS)]


@dataclass(frozen=True)
class Row:
    """One condition as it is typed; `sign` is "not" where it must not hold."""

    field: str = "words"
    sign: str = ""
    op: str = "has"
    value: str = ""

    @property
    def is_blank(self) -> bool:
        """Whether nothing was asked."""
        return not self.value.strip() and self.op != Op.KNOWN


class RuleForm(BaseModel):
    """A rule as it is typed. Where `source` says something, it counts and the rows do not.

    `do_next`: what was pressed: try it, one more row, or save.
    """

    name: Short = ""
    join: Literal["all", "any"] = "all"
    field: Column = Field(default_factory=list)
    sign: Column = Field(default_factory=list)
    op: Column = Field(default_factory=list)
    value: Column = Field(default_factory=list)
    do: Short = "ask"
    why: Short = ""
    framework: Short = ""
    concept: Short = ""
    goal: Short = ""
    note: Short = ""
    source: Typed = ""
    as_text: bool = False
    do_next: Literal["save", "try", "row"] = "save"

    @property
    def rows(self) -> list[Row]:
        """The rows as they were typed."""
        typed = zip_longest(self.field, self.sign, self.op, self.value, fillvalue="")
        return [Row(*one) for one in typed]

    @property
    def shown(self) -> list[Row]:
        """The rows that the form shows: those typed, and some blank ones."""
        kept = [row for row in self.rows if not row.is_blank]
        spare = 2 * SPARE_ROWS if self.do_next == "row" else SPARE_ROWS
        return [*kept, *[Row()] * max(min(spare, MOST_ROWS - len(kept)), 0)]

    def written(self) -> Written:
        """The rule. Raises: BadInput."""
        if self.as_text:
            return parsed(self.source)
        asked = [_asked(row) for row in self.rows if not row.is_blank]
        if not asked:
            raise BadInput("The rule asks for nothing.", remedy="Fill in at least one condition.")
        effect = {"do": self.do} | {
            name: value for name in _WANTS.get(self.do, ()) if (value := getattr(self, name))
        }
        return checked({"name": self.name, "when": {self.join: asked}, "effect": effect})


_WANTS = {
    "ask": ("why",),
    "drop": ("why",),
    "keep": ("why",),
    "tag": ("framework", "concept"),
    "goal": ("goal",),
}


def _asked(row: Row) -> dict[str, Any]:
    condition: dict[str, Any] = {"field": row.field, "op": row.op}
    if row.op != Op.KNOWN:
        condition["value"] = _value(row)
    return {"not": condition} if row.sign == "not" else condition


def _value(row: Row) -> Any:
    """What was typed, as the field's kind has it; left as it is where it is no such thing."""
    kind, typed = kind_of(row.field), row.value.strip()
    if kind is Kind.YES_NO:
        return {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}.get(
            typed.lower(), typed
        )
    if kind is Kind.NUMBER:
        try:
            return float(typed)
        except ValueError:
            return typed
    if row.op == Op.ONE_OF:
        return [part.strip() for part in typed.split(",") if part.strip()]
    return typed


# --------------------------------------------------------------------------- a rule as a form


def form_of(rule: Written, *, as_source: bool = False) -> RuleForm:
    """The form that shows a rule: rows where it is simple enough, else its text."""
    effect = rule.effect
    found = _simple(rule.when)
    if found is None or as_source:
        return RuleForm(name=rule.name, as_text=True, source=as_text(rule))
    join, rows = found
    return RuleForm(
        name=rule.name, join="any" if join == "any" else "all", field=[row.field for row in rows],
        sign=[row.sign for row in rows], op=[row.op for row in rows], value=[row.value for row in rows],
        do=effect.do, why=effect.why, framework=effect.framework, concept=effect.concept, goal=effect.goal,
    )  # fmt: skip


def _simple(node: Node) -> tuple[str, list[Row]] | None:
    """How its rows are joined, and they; None where rows cannot say it."""
    parts = node.all if isinstance(node, All) else node.any if isinstance(node, AnyOf) else (node,)
    rows = [_row(part) for part in parts]
    known = [row for row in rows if row is not None]
    if len(known) < len(rows) or len(rows) > MOST_ROWS:
        return None
    return ("any" if isinstance(node, AnyOf) else "all"), known


def _row(node: Node) -> Row | None:
    sign, asked = ("not", node.no) if isinstance(node, Not) else ("", node)
    if not isinstance(asked, Condition) or (isinstance(asked.value, tuple) and asked.op is not Op.ONE_OF):
        return None
    if isinstance(asked.value, bool):
        value = "yes" if asked.value else "no"
    else:
        value = f"{asked.value:g}" if isinstance(asked.value, float) else ", ".join(asked.texts)
    return Row(asked.field, sign, asked.op.value, "" if asked.value is None else value)

"""gleanery.flow.rules.writing: a rule is checked before it is kept, and says what is wrong with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gleanery.errors import BadInput
from gleanery.flow.rules.fields import FIELDS, OPS, Kind, Op
from gleanery.flow.rules.writing import as_text, checked, parsed, read_rule

KEEP = {"do": "keep"}


def rule(when: Any, effect: Any = KEEP) -> dict[str, Any]:
    return {"name": "A rule", "when": when, "effect": effect}


def asked(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} | ({} if value is None else {"value": value})


def test_a_rule_in_yaml_and_in_json_is_the_same_and_is_kept_as_it_was_written(tmp_path: Path) -> None:
    text = """
name: Ask about sales decks
when:
  all:
    - {field: words, op: has word, value: sales deck}
    - {field: published, op: since, value: 2026-01-31}
    - any:
        - {field: age_days, op: ">=", value: 3}
        - not: {field: platform, op: is one of, value: [youtube, vimeo]}
effect: {do: ask, why: It may be for customers only.}
"""
    (tmp_path / "rule.yaml").write_text(text, "utf-8")
    found = read_rule(tmp_path / "rule.yaml")
    assert parsed(as_text(found)) == found
    assert checked(json.loads(json.dumps(found.body()))) == found
    assert [one.field for one in found.conditions] == ["words", "published", "age_days", "platform"]


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_can_be_asked_by_every_operator_of_its_kind(field: str) -> None:
    values: dict[Kind, Any] = {
        Kind.TEXT: "word", Kind.NAME: "name", Kind.NUMBER: 3, Kind.DAY: "2026-01-31", Kind.YES_NO: True,
    }  # fmt: skip
    for op in OPS[FIELDS[field]]:
        value = None if op is Op.KNOWN else values[FIELDS[field]]
        assert [one.op for one in checked(rule(asked(field, op.value, value))).conditions] == [op]


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (["no rule"], "mapping"),
        (rule({"all": []}), "when.all"),
        (rule(asked("titel", "has", "a")), "no field 'titel'"),
        (rule(asked("title", ">=", 3)), "title cannot be asked by '>=', but by has"),
        (rule(asked("age_days", ">=", "soon")), "must be a number"),
        (rule(asked("age_days", ">=", float("inf"))), "must be a number"),
        (rule(asked("published", "since", "2026-13-01")), "day such as"),
        (rule(asked("internal", "is", "perhaps")), "true or false"),
        (rule(asked("title", "is known", "yes")), "takes no value"),
        (rule(asked("title", "has", "\u200b\u200d")), "shows something"),
        (rule(asked("title", "matches", "((")), "unclosed group"),
        (rule(asked("title", "matches", "(?=a)b")), "look-around"),
        (rule(asked("title", "matches", r"(a)\1")), "backreferences"),
        (rule(asked("title", "matches", r"\w{1000}")), "too large"),
        (rule(asked("title", "matches", "a" * 301)), "longer than 300"),
        (rule(asked("title", "matches", r"(?:\pL?){100}\pL{100}!")), "too long"),
        (rule(asked("title", "has", "a"), {"do": "drop"}), "`drop` needs a reason"),
        (rule(asked("title", "has", "a"), {"do": "tag"}), "framework and concept"),
        (rule(asked("title", "has", "a"), {"do": "goal"}), "name of a goal"),
        (rule(asked("title", "has", "a"), {"do": "allow"}), "effect.do"),
        (rule({"any": [asked("title", "has", "a")] * 51}), "at most 50"),
        ({**rule(asked("title", "has", "a")), "on": True}, "on: Extra"),
    ],
)
def test_what_is_no_rule_is_refused_with_the_place_and_the_fault(raw: Any, said: str) -> None:
    with pytest.raises(BadInput) as refused:
        checked(raw)
    assert said in str(refused.value)


def test_a_rule_that_is_nested_without_end_is_refused() -> None:
    deep: Any = asked("title", "has", "a")
    for _ in range(500):
        deep = {"not": deep}
    with pytest.raises(BadInput, match="levels deep"):
        checked(rule(deep))
    with pytest.raises(BadInput, match="neither YAML nor JSON"):
        parsed('{"when":' + '{"not":' * 9_000)
    with pytest.raises(BadInput, match="at most 100,000"):
        parsed(" " * 100_001)


def test_a_file_that_is_no_text_is_refused_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "rule.yaml").write_bytes(b"name: \xff\xfe")
    with pytest.raises(BadInput, match=r"rule\.yaml cannot be read as UTF-8"):
        read_rule(tmp_path / "rule.yaml")

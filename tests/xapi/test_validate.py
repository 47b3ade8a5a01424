"""What a valid statement is, rule by rule, each with its path."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from tests.xapi.samples import (
    ACTIVITY,
    GROUP,
    INVALID,
    MALFORMED,
    REF,
    SUB,
    VALID,
    VERB,
    statement,
    within,
)
from xapi.errors import InvalidStatement
from xapi.lrs.train import corpus
from xapi.model import Activity, Actor, StatementRef, SubStatement
from xapi.validate import validate


def check(document: Any) -> Any:
    return validate(msgspec.json.encode(document))


@pytest.mark.parametrize("document", VALID.values(), ids=VALID.keys())
def test_a_valid_statement_is_accepted(document: Any) -> None:
    check(document)


@pytest.mark.parametrize(("document", "path", "rule"), INVALID.values(), ids=INVALID.keys())
def test_an_invalid_statement_is_refused_with_path_and_rule(document: Any, path: str, rule: str) -> None:
    with pytest.raises(InvalidStatement) as caught:
        check(document)
    assert (caught.value.path, caught.value.rule) == (path, rule)


@pytest.mark.parametrize(("raw", "rule"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_json_is_refused_by_name(raw: bytes, rule: str) -> None:
    with pytest.raises(InvalidStatement) as caught:
        validate(raw)
    assert (caught.value.path, caught.value.rule) == ("$", rule)


@pytest.mark.parametrize(
    "value",
    [
        b".5",
        b"1.",
        b"+1",
        b"01",
        b"-",
        b"1e",
        b"NaN",
        b"Infinity",
        b"'x'",
        b'"\x01"',
        b'"\xff"',
        b"tru",
        b"[1,]",
        b"{",
        b"",
        rb'"\ud800"',
        rb'"\x"',
        b"1 2",
    ],
)
def test_malformed_json_is_refused_in_the_middle_of_a_valid_statement(value: bytes) -> None:
    whole = msgspec.json.encode(within("context.extensions", {"https://example.org/e": 0}))
    with pytest.raises(InvalidStatement) as caught:
        validate(whole.replace(b'/e":0', b'/e":' + value))
    assert caught.value.rule in ("json", "number", "utf-8", "surrogate")


def test_a_number_no_float_can_hold_is_refused() -> None:
    raw = msgspec.json.encode(within("result.score", {"raw": 1})).replace(b'"raw":1', b'"raw":1E400')
    with pytest.raises(InvalidStatement) as caught:
        validate(raw)
    assert (caught.value.path, caught.value.rule) == ("$.result.score.raw", "number")


@pytest.mark.parametrize("number", [b"1E400", b"-1e-400", b"1E99999999999999999999", b"9" * 4000])
def test_a_number_no_float_can_hold_is_fine_in_an_extension(number: bytes) -> None:
    document = msgspec.json.encode(within("context.extensions", {"https://example.org/e": 0}))
    validate(document.replace(b'/e":0', b'/e":' + number))


@pytest.mark.parametrize(
    ("score", "path"),
    [
        (b'{"scaled":1.00000000000000000001}', "$.result.score.scaled"),
        (b'{"scaled":-1.00000000000000000001}', "$.result.score.scaled"),
        (b'{"raw":9007199254740993,"max":9007199254740992}', "$.result.score.raw"),
        (b'{"raw":0.1,"min":0.10000000000000000001}', "$.result.score.raw"),
        (b'{"min":1,"max":1.0}', "$.result.score.min"),
        (b'{"min":1.00000000000000000001,"max":1}', "$.result.score.min"),
    ],
)
@pytest.mark.parametrize("told", [False, True])
def test_a_score_is_out_of_its_range_by_its_last_digit(score: bytes, path: str, told: bool) -> None:
    result = {"score": 0}
    document = statement(object=SUB | {"result": result}) if told else statement(result=result)
    with pytest.raises(InvalidStatement) as caught:
        validate(msgspec.json.encode(document).replace(b'"score":0', b'"score":' + score))
    assert (caught.value.path, caught.value.rule) == (
        path.replace("$", "$.object" if told else "$"),
        "score-range",
    )


@pytest.mark.parametrize(
    "score",
    [
        b'{"scaled":1.0,"raw":5,"min":5,"max":5.00000000000000000001}',
        b'{"scaled":-1,"raw":0.1,"min":0.1}',
        b'{"raw":1E-400,"min":0}',
        b'{"scaled":0.99999999999999999999}',
    ],
)
def test_a_score_is_in_its_range_by_its_last_digit(score: bytes) -> None:
    document = msgspec.json.encode(statement(result={"score": 0}))
    validate(document.replace(b'"score":0', b'"score":' + score))


def test_a_score_with_an_exponent_nobody_can_hold_is_refused() -> None:
    document = msgspec.json.encode(statement(result={"score": 0}))
    with pytest.raises(InvalidStatement) as caught:
        validate(document.replace(b'"score":0', b'"score":{"raw":1E-99999999999999999999,"min":0}'))
    assert (caught.value.path, caught.value.rule) == ("$.result.score.raw", "number")


@pytest.mark.parametrize("depth", [65, 500, 990, 5000])
def test_a_deep_extension_is_refused_by_name(depth: int) -> None:
    document = msgspec.json.encode(within("context.extensions", {"https://example.org/e": 0}))
    with pytest.raises(InvalidStatement) as caught:
        validate(document.replace(b'/e":0', b'/e":' + b"[" * depth + b"]" * depth))
    assert caught.value.rule == "depth"


def test_the_size_of_a_statement_can_be_limited_otherwise() -> None:
    raw = msgspec.json.encode(statement())
    validate(raw, max_bytes=len(raw))
    with pytest.raises(InvalidStatement, match="size"):
        validate(raw, max_bytes=len(raw) - 1)


def test_a_long_number_in_an_extension_is_nobodys_business() -> None:
    document = msgspec.json.encode(within("context.extensions", {"https://example.org/e": 0}))
    validate(document.replace(b'/e":0', b'/e":12345678901234567890.12345'))


def test_the_view_is_typed_by_the_kind_of_object() -> None:
    assert isinstance(check(statement()).object, Activity)
    assert isinstance(check(statement(object=REF)).object, StatementRef)
    assert isinstance(check(statement(object=GROUP)).object, Actor)
    told = check(statement(object=SUB | {"object": REF})).object
    assert isinstance(told, SubStatement)
    assert isinstance(told.object, StatementRef)


def test_no_error_quotes_what_somebody_wrote() -> None:
    for document, _, _ in INVALID.values():
        with pytest.raises(InvalidStatement) as caught:
            check(document)
        assert "Someone" not in str(caught.value)
        assert "example.org" not in str(caught.value)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"actor":{"objectType":"Jane Roe"},"verb":{"id":"a:b"},"object":{"id":"a:b"}}',
        b'{"Jane Roe":1}',
        b'{"Jane Roe":1,"Jane Roe":2}',
        b'{"a":"Jane Roe}',
    ],
)
def test_no_error_quotes_a_key_or_an_odd_word(raw: bytes) -> None:
    with pytest.raises(InvalidStatement) as caught:
        validate(raw)
    assert "Jane" not in str(caught.value)


def test_an_unknown_property_is_named() -> None:
    with pytest.raises(InvalidStatement, match="`colour`"):
        check(statement(colour="red"))


def test_our_own_statements_and_those_of_others_are_valid() -> None:
    checked = [validate(raw) for raw in corpus()]
    assert len(checked) > 1000


def test_a_key_that_stands_twice_is_found_wherever_it_stands() -> None:
    """One pair after another is doubled in an otherwise valid statement, near and far from its twin."""
    whole = msgspec.json.encode(
        statement(
            actor=GROUP,
            verb=VERB | {"display": {"en": "did"}},
            context={
                "registration": REF["id"],
                "contextActivities": {"parent": [ACTIVITY]},
                "extensions": {"https://example.org/e": {"a": [{"b": 1}]}},
            },
            timestamp="2024-05-01T10:00:00+02:00",
        )
    )
    validate(whole)
    pairs = [match.start() for match in re.finditer(rb'"[^"]+":', whole)]
    assert len(pairs) == 20
    for start in pairs:
        end = _end_of_pair(whole, start)
        pair = whole[start:end]
        for doubled in (pair + b"," + pair, pair + b" , " + pair.replace(b'":', b'" : ', 1)):
            with pytest.raises(InvalidStatement, match="duplicate-key"):
                validate(whole[:start] + doubled + whole[end:])


def _end_of_pair(raw: bytes, start: int) -> int:
    """Where the value of the pair at `start` ends."""
    value = raw.index(b'":', start) + 2
    for end in range(value + 1, len(raw) + 1):
        try:
            msgspec.json.decode(raw[value:end])
        except msgspec.DecodeError:
            continue
        if raw[end : end + 1] in (b",", b"}"):
            return end
    raise AssertionError(raw[start:])


@given(st.data())
def test_a_doubled_pair_is_never_hidden_by_another_spelling(data: st.DataObject) -> None:
    """Whatever else is respelled: escapes, offsets, numbers, white space."""
    raw = msgspec.json.encode(
        statement(
            verb=VERB | {"display": {"en": "did"}},
            result={"score": {"raw": 1}},
            timestamp="2024-05-01T10:00:00Z",
        )
    )
    for plain, others in RESPELLED.items():
        assert plain in raw
        raw = raw.replace(plain, data.draw(st.sampled_from([plain, *others])))
    validate(raw)
    with pytest.raises(InvalidStatement, match="duplicate-key"):
        validate(raw.replace(b'"result":{', b'"result":{' + data.draw(st.sampled_from(TWICE))))


RESPELLED = {
    b'"timestamp":"2024-05-01T10:00:00Z"': [
        b'"timestamp":"2024-05-01T12:00:00+02:00"',
        b'"timestamp" :"2024-05-01T10:00:00.5Z"',
    ],
    b'"raw":1': [b'"raw":1E0', b'"raw": 1.00', rb'"r\u0061w":1'],
    b'"en":"did"': [rb'"en":"\u0022did\u0022:"', b'"en":":did:"', b'"en":""'],
    b'"id":"https://example.org/a"': [rb'"id":"https:\/\/example.org/a"', '"id":"tag:ä"'.encode()],
}
TWICE = [
    b'"success":true,"success":true,',
    b'"response":":","response":"",',
    rb'"success":true, "\u0073uccess":false,',
]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_no_json_makes_the_validator_fail_otherwise(document: Any) -> None:
    raw = msgspec.json.encode(document)
    with pytest.raises(InvalidStatement):
        validate(raw)


@given(st.sampled_from(sorted(statement())), JSON)
def test_no_part_makes_the_validator_fail_otherwise(part: str, value: Any) -> None:
    try:
        view = check(statement(**{part: value}) | {part: value})
    except InvalidStatement:
        return
    assert view.id is UNSET


@given(st.binary(max_size=200))
def test_no_bytes_make_the_validator_fail_otherwise(raw: bytes) -> None:
    with pytest.raises(InvalidStatement):
        validate(raw)

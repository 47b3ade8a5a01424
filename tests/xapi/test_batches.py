"""Arrays of statements: taken apart, limited, and each piece named by its place."""

from __future__ import annotations

import tracemalloc

import msgspec
import pytest

from tests.xapi.records import approval, approvals
from tests.xapi.samples import statement, within
from xapi.batches import pieces
from xapi.errors import InvalidStatement
from xapi.validate import validate_batch

ID = "6ba7b810-9dad-41d1-80b4-00c04fd430c8"


def test_a_batch_keeps_the_bytes_of_each_statement() -> None:
    one, two = (built.raw for built in approvals(2))
    spaced = b'{ "version": "1.0.3" ,' + two[1:]
    checked = validate_batch(b"[" + one + b" ,\n" + spaced + b"]")
    assert [raw for raw, _ in checked] == [one, spaced]
    assert checked[1][1].version == "1.0.3"


def test_a_lone_statement_is_a_batch_of_one() -> None:
    built = approval(1)
    assert [raw for raw, _ in validate_batch(built.raw)] == [built.raw]


def test_a_batch_names_the_index_of_a_broken_statement() -> None:
    with pytest.raises(InvalidStatement) as caught:
        validate_batch(msgspec.json.encode([statement(), statement(actor={"mbox": "x"})]))
    assert (caught.value.path, caught.value.rule) == ("$[1].actor.mbox", "mailbox")


def test_an_id_used_twice_in_a_batch_is_refused() -> None:
    with pytest.raises(InvalidStatement) as caught:
        validate_batch(b"[" + approval(1).raw + b"," + approval(1).raw + b"]")
    assert (caught.value.path, caught.value.rule) == ("$[1].id", "repeated-id")


def test_statements_without_ids_are_no_repeats() -> None:
    assert len(validate_batch(msgspec.json.encode([statement(), statement()]))) == 2


def test_one_statement_of_a_batch_is_held_to_its_own_size() -> None:
    long = within("context.platform", "x" * 1024 * 1024)
    with pytest.raises(InvalidStatement) as caught:
        validate_batch(msgspec.json.encode([statement(), long]))
    assert (caught.value.path, caught.value.rule) == ("$[1]", "size")


def test_an_id_is_used_twice_whatever_the_case_of_its_letters() -> None:
    with pytest.raises(InvalidStatement) as caught:
        validate_batch(msgspec.json.encode([statement(id=ID), statement(), statement(id=ID.upper())]))
    assert (caught.value.path, caught.value.rule) == ("$[2].id", "repeated-id")


@pytest.mark.parametrize("raw", [b"[]", b" [ \n] "])
def test_an_empty_batch_holds_nothing(raw: bytes) -> None:
    assert validate_batch(raw) == []


@pytest.mark.parametrize("element", [b"1", b"{}", b'{"actor":{}}', b"[]", b'","'])
def test_a_million_elements_are_refused_before_anything_is_built(element: bytes) -> None:
    raw = b"[" + b",".join([element] * 1_000_000) + b"]"
    tracemalloc.start()
    try:
        with pytest.raises(InvalidStatement) as caught:
            validate_batch(raw)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert (caught.value.path, caught.value.rule) == ("$", "batch-size")
    assert peak < 8 * 1024 * 1024


@pytest.mark.parametrize(("count", "fits"), [(0, True), (1, True), (3, True), (4, False), (50, False)])
def test_the_number_of_statements_is_limited_however_many_commas_they_have(count: int, fits: bool) -> None:
    for one in (statement(), {"commas": ["a,b,c", 1, 2, 3]}):
        raw = msgspec.json.encode([one] * count)
        if fits:
            assert pieces(raw, 3) == [msgspec.json.encode(one)] * count
        else:
            with pytest.raises(InvalidStatement, match="batch-size"):
                pieces(raw, 3)


def test_the_limits_are_those_that_were_asked_for() -> None:
    raw = msgspec.json.encode([statement(), statement()])
    assert len(validate_batch(raw, max_bytes=len(raw), max_statements=2)) == 2
    for limits in ({"max_bytes": len(raw) - 1}, {"max_statements": 1}, {"max_statement_bytes": 20}):
        with pytest.raises(InvalidStatement):
            validate_batch(raw, **limits)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"[", "json"),
        (b"[1,", "json"),
        (b"[1,2]x", "json"),
        (b"[1 2]", "json"),
        (b"[" * 100_000, "depth"),
        (b"\x0b[]", "json"),
        (b"", "json"),
        (b"[NaN]", "number"),
    ],
)
@pytest.mark.parametrize("most", [1, 10_000])
def test_a_malformed_batch_is_refused_by_name(raw: bytes, rule: str, most: int) -> None:
    with pytest.raises(InvalidStatement) as caught:
        validate_batch(raw, max_statements=most)
    assert caught.value.rule in (rule, "batch-size")
    assert caught.value.path in ("$", "$[0]")


def test_a_family_goes_for_the_whole_batch() -> None:
    raw = msgspec.json.encode([within("context.contextAgents", []), within("context.contextAgents", [])])
    assert len(validate_batch(raw, "2.0.0")) == 2
    with pytest.raises(InvalidStatement) as caught:
        validate_batch(raw, "1.0.3")
    assert (caught.value.path, caught.value.rule) == ("$[0].context", "unknown-property")

"""What is valid is accepted, however it is written; what has one fault is refused with its path."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.xapi.faulty import BROKEN, FAULTS, faulty_statements, put
from tests.xapi.samples import statement
from tests.xapi.strategies import VERSIONS, documents, spell, spellings, valid_statements
from xapi import formats
from xapi.canonical import same
from xapi.errors import InvalidStatement
from xapi.model import Version
from xapi.validate import read, validate, validate_batch

EITHER = pytest.mark.parametrize("version", VERSIONS)
SOME = settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(SOME, max_examples=1500)


def check_valid(raw: bytes, version: Version) -> None:
    view = validate(raw, version)
    assert validate_batch(b"[" + raw + b"]", version)[0][1] == view
    assert read(raw) == view


@EITHER
@SOME
@given(data=st.data())
def test_a_valid_statement_is_accepted(version: Version, data: st.DataObject) -> None:
    check_valid(data.draw(valid_statements(version)), version)


@pytest.mark.proof
@EITHER
@MANY
@given(data=st.data())
def test_thousands_of_valid_statements_are_accepted(version: Version, data: st.DataObject) -> None:
    check_valid(data.draw(valid_statements(version)), version)


def check_faulty(raw: bytes, path: str, version: Version) -> None:
    with pytest.raises(InvalidStatement) as caught:
        validate(raw, version)
    assert caught.value.path == path
    with pytest.raises(InvalidStatement) as caught:
        validate_batch(b"[" + raw + b"]", version)
    assert caught.value.path in (f"$[0]{path[1:]}", "$")


@EITHER
@SOME
@given(data=st.data())
def test_a_fault_is_found_at_its_path(version: Version, data: st.DataObject) -> None:
    check_faulty(*data.draw(faulty_statements(version)), version)


@pytest.mark.proof
@EITHER
@MANY
@given(data=st.data())
def test_thousands_of_faults_are_found_at_their_paths(version: Version, data: st.DataObject) -> None:
    check_faulty(*data.draw(faulty_statements(version)), version)


@EITHER
@pytest.mark.parametrize(("path", "value", "expected"), FAULTS)
def test_each_fault_is_found_in_the_smallest_statement(
    version: Version, path: str, value: Any, expected: str
) -> None:
    check_faulty(spell(put(statement(), path, value)), expected, version)


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_what_is_no_json_is_refused_wherever_it_stands(text: bytes) -> None:
    document = spell(put(statement(), "result.extensions", {"https://example.org/e": "x"}))
    check_faulty(document.replace(b'"x"', text), "$", "1.0.3")


@EITHER
@SOME
@given(data=st.data())
def test_another_spelling_says_the_same(version: Version, data: st.DataObject) -> None:
    document = data.draw(documents(version))
    assert same(spell(document, data.draw(spellings())), spell(document, data.draw(spellings())))


@EITHER
@SOME
@given(data=st.data())
def test_each_format_of_a_valid_statement_is_one_too(version: Version, data: st.DataObject) -> None:
    raw = data.draw(valid_statements(version))
    bare, shown = formats.ids(raw), formats.canonical(raw, "de, en;q=0.5", lambda iri: None)
    validate(bare, version)
    validate(shown, version)
    assert formats.ids(bare) == bare
    assert same(shown, raw)


@EITHER
@SOME
@given(data=st.data())
def test_any_part_that_is_left_out_changes_what_is_said(version: Version, data: st.DataObject) -> None:
    document = data.draw(documents(version))
    for name in document.keys() & {"id", "timestamp", "result", "context", "attachments"}:
        without = {key: value for key, value in document.items() if key != name}
        assert not same(spell(document), spell(without))

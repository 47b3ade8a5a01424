"""Every builder, held to what it must say by an event and the statement beside it."""

from __future__ import annotations

import json

import pytest

from tests.xapi import events
from tests.xapi.builders import BUILDERS, CASES
from xapi import statements as say
from xapi.validate import validate

_NO_BUILDERS = {"content_hmac", "registration", "statement_id"}


@pytest.mark.parametrize("name", CASES)
def test_an_event_becomes_the_statement_beside_it(name: str) -> None:
    assert events.shown(CASES[name].build()) == events.expected(name)


@pytest.mark.parametrize("name", CASES)
def test_the_statement_of_every_case_is_valid(name: str) -> None:
    built = CASES[name].build()
    assert validate(built.raw).id == built.id == validate(events.expected(name).encode()).id


def test_no_event_is_without_its_statement_and_no_statement_without_its_event() -> None:
    files = {path.name for path in events.FOLDER.iterdir()}
    assert files == {f"{name}{end}" for name in CASES for end in (".json", ".statement.json")}


def test_every_builder_has_a_case_of_its_name() -> None:
    builders = {name for name in say.__all__ if name.islower()} - _NO_BUILDERS
    assert set(BUILDERS) == builders
    assert {case.verb for case in CASES.values()} == builders


def test_no_two_cases_are_one_statement() -> None:
    ids = {case.build().id for case in CASES.values()}
    assert len(ids) == len(CASES)


def test_the_words_of_an_event_stand_in_no_statement_but_the_one_allowed_to_carry_them() -> None:
    words = json.loads((events.FOLDER / "posted-full.json").read_text("utf-8"))["words"]["words"]["text"]
    carrying = [name for name, case in CASES.items() if words.encode() in case.build().raw]
    assert carrying == ["posted-full"]
    assert words.encode() in (events.FOLDER / "posted-hash.json").read_bytes()

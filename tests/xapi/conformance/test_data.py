"""Each requirement on the data from both sides: what keeps it is accepted, what breaks it refused by its place."""

from __future__ import annotations

from itertools import chain
from typing import Any

import msgspec
import pytest

from tests.xapi.conformance.requirements import each
from tests.xapi.conformance.rules import Placed, Rule, accepted, refused, small, within_sub_statement
from tests.xapi.conformance.rules_actors import ACTORS
from tests.xapi.conformance.rules_circumstances import CIRCUMSTANCES
from tests.xapi.conformance.rules_objects import OBJECTS
from tests.xapi.http.running import Client
from xapi.errors import InvalidStatement
from xapi.model import Version
from xapi.validate import validate, validate_batch

RULES: dict[str, tuple[Rule, ...]] = {**ACTORS, **OBJECTS, **CIRCUMSTANCES}


def of(rules: tuple[Rule, ...], version: Version) -> list[Rule]:
    """The rules of a family."""
    return [rule for rule in rules if version in rule.versions]


def encoded(document: Any) -> bytes:
    return msgspec.json.encode(document)


@each(RULES)
def test_what_keeps_the_requirement_is_valid(version: Version, case: tuple[Rule, ...]) -> None:
    for rule in of(case, version):
        for one in chain(accepted(rule), within_sub_statement(rule, rule.good)):
            validate(encoded(one.document), version)


@each(RULES)
def test_what_breaks_the_requirement_is_refused_by_its_place(
    version: Version, case: tuple[Rule, ...]
) -> None:
    for rule in of(case, version):
        for one in chain(refused(rule), within_sub_statement(rule, rule.bad)):
            with pytest.raises(InvalidStatement) as caught:
                validate(encoded(one.document), version)
            assert one.is_told_by(caught.value.path), (caught.value, one)


@each(RULES)
def test_one_that_breaks_the_requirement_is_found_among_others(
    version: Version, case: tuple[Rule, ...]
) -> None:
    for rule in of(case, version):
        for one in refused(rule):
            with pytest.raises(InvalidStatement) as caught:
                validate_batch(encoded([small(), one.document, small()]), version)
            in_list = Placed(one.document, one.place.replace("$", "$[1]", 1))
            assert in_list.is_told_by(caught.value.path), (caught.value, one)


@each(RULES)
def test_the_store_takes_what_keeps_the_requirement_and_refuses_what_breaks_it(
    client: Client, version: Version, case: tuple[Rule, ...]
) -> None:
    speaker = client.speaking(version)
    for rule in of(case, version):
        for one in accepted(rule):
            reply = speaker.post(one.document)
            assert reply.status == 200, (reply.body, one)
        for one in refused(rule):
            reply = speaker.post(one.document)
            assert reply.status == 400, one
            assert one.is_told_by(reply.json["path"]), (reply.json, one)


@pytest.mark.parametrize("key", RULES)
def test_every_requirement_on_the_data_is_held_from_both_sides(key: str) -> None:
    assert any(rule.good for rule in RULES[key])
    assert any(rule.bad for rule in RULES[key])

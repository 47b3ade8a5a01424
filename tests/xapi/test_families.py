"""Where 1.0.3 and 2.0 differ, and that they differ nowhere else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.xapi.faulty import FAULTS_OF, put
from tests.xapi.samples import INVALID, SUB, VALID, statement, within
from xapi.errors import InvalidStatement
from xapi.model import Version
from xapi.validate import read, validate

AGENT = {"objectType": "contextAgent", "agent": {"mbox": "mailto:someone@example.org"}}
TEAM = {"objectType": "Group", "member": [AGENT["agent"]]}
GROUP = {"objectType": "contextGroup", "group": TEAM, "relevantTypes": ["https://example.org/t"]}
PARTICIPANTS: dict[str, Any] = {"contextAgents": [AGENT], "contextGroups": [GROUP]}


def check(document: Any, version: Version) -> Any:
    return validate(msgspec.json.encode(document), version)


@pytest.mark.parametrize("document", VALID.values(), ids=VALID.keys())
def test_what_is_valid_in_the_earlier_family_is_valid_in_the_later(document: Any) -> None:
    check(document, "2.0.0")


@pytest.mark.parametrize(
    ("document", "path", "rule"),
    [case for name, case in INVALID.items() if name != "a version of another family"],
)
def test_what_is_invalid_in_the_earlier_family_is_invalid_in_the_later(
    document: Any, path: str, rule: str
) -> None:
    with pytest.raises(InvalidStatement) as caught:
        check(document, "2.0.0")
    assert (caught.value.path, caught.value.rule) == (path, rule)


def test_participants_are_read_in_the_later_family() -> None:
    told = check(statement(object=SUB | {"context": PARTICIPANTS}), "2.0.0").object.context
    for context in (check(statement(context=PARTICIPANTS), "2.0.0").context, told):
        assert context.context_agents[0].agent.mbox == "mailto:someone@example.org"
        assert context.context_groups[0].relevant_types == ["https://example.org/t"]


@pytest.mark.parametrize("name", PARTICIPANTS)
@pytest.mark.parametrize("told", [False, True])
def test_participants_are_unknown_to_the_earlier_family(name: str, told: bool) -> None:
    context = {name: PARTICIPANTS[name]}
    document = statement(object=SUB | {"context": context}) if told else statement(context=context)
    with pytest.raises(InvalidStatement) as caught:
        check(document, "1.0.3")
    expected = "$.object.context" if told else "$.context"
    assert (caught.value.path, caught.value.rule) == (expected, "unknown-property")


@pytest.mark.parametrize(
    ("version", "fault"), [(version, fault) for version, faults in FAULTS_OF.items() for fault in faults]
)
def test_a_fault_of_one_family_is_found_at_its_path(version: Version, fault: tuple[str, Any, str]) -> None:
    path, value, expected = fault
    with pytest.raises(InvalidStatement) as caught:
        check(put(statement(), path, value), version)
    assert caught.value.path == expected


@pytest.mark.parametrize(
    ("stated", "earlier", "later"),
    [
        ("1.0", True, True),
        ("1.0.0", True, True),
        ("1.0.9", True, True),
        ("2.0", False, True),
        ("2.0.0", False, True),
        ("2.0.1", False, True),
        ("0.9.9", False, False),
        ("1.1.0", False, False),
        ("1.01", False, False),
        ("2.1.0", False, False),
        ("20", False, False),
        ("", False, False),
    ],
)
def test_a_statement_states_its_family_or_the_earlier(stated: str, earlier: bool, later: bool) -> None:
    families: tuple[tuple[Version, bool], ...] = (("1.0.3", earlier), ("2.0.0", later))
    for version, accepted in families:
        if accepted:
            assert check(statement(version=stated), version).version == stated
        else:
            with pytest.raises(InvalidStatement) as caught:
                check(statement(version=stated), version)
            assert (caught.value.path, caught.value.rule) == ("$.version", "version")


def test_a_stored_statement_of_either_family_is_read_back() -> None:
    assert read(msgspec.json.encode(within("context.contextAgents", [AGENT]))).context

"""The requirements on actors, wherever one stands (Data 2.4.2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.xapi.conformance.rules import ABSENT, Rule
from tests.xapi.conformance.values import (
    AGENT,
    GROUP,
    IDENTIFIERS,
    IRIS,
    NO_IRIS,
    NO_LIST,
    NO_OBJECT,
    NO_TEXT,
    ONE_EACH,
    OTHER_AGENT,
    TWO_EACH,
    TYPED_AGENT,
)

_TEAM = {"context.team": GROUP}
_PRESENT: dict[str, Any] = {
    "context.contextAgents": [{"objectType": "contextAgent", "agent": AGENT}],
    "context.contextGroups": [{"objectType": "contextGroup", "group": GROUP}],
}
_AGENTS = ("actor", "authority", "context.instructor", "context.team.member.1")
_GROUPS = ("actor", "context.instructor", "context.team", "object")


def _agents(good: Sequence[Any], bad: Sequence[Any]) -> tuple[Rule, ...]:
    """The rule wherever an Agent may stand."""
    present = ("context.contextAgents.0.agent", "context.contextGroups.0.group.member.1")
    return Rule(_AGENTS, good, bad, _TEAM), Rule(present, good, bad, _PRESENT, ("2.0.0",))


def _groups(good: Sequence[Any], bad: Sequence[Any]) -> tuple[Rule, ...]:
    """The rule wherever a Group may stand."""
    return Rule(_GROUPS, good, bad), Rule("context.contextGroups.0.group", good, bad, _PRESENT, ("2.0.0",))


def _part(name: str, good: Sequence[Any], bad: Sequence[Any]) -> tuple[Rule, ...]:
    """The rule for one member of an Agent that has no other identifier, and of a Group's member."""
    places = (f"actor.{name}", f"authority.{name}", f"context.team.member.0.{name}")
    identifier, _, inner = name.partition(".")
    bare: dict[str, Any] = {
        "actor": {},
        "authority": {},
        "context.team": {"objectType": "Group", "member": [{}]},
    }
    if inner:
        whole = {identifier: IDENTIFIERS[identifier]}
        bare = {
            "actor": whole,
            "authority": whole,
            "context.team": {"objectType": "Group", "member": [whole]},
        }
    return tuple(
        Rule(place, good, bad, {holder: bare[holder]})
        for place in places
        for holder in [next(one for one in bare if place.startswith(one))]
    )


def _group(**parts: Any) -> dict[str, Any]:
    return {"objectType": "Group", **parts}


ACTORS: dict[str, tuple[Rule, ...]] = {
    "XAPI-00031": (
        Rule(
            ("actor", "context.instructor"),
            [AGENT, TYPED_AGENT, GROUP],
            [AGENT | {"objectType": word} for word in ("agent", "GROUP", "Person", "Activity", "")],
        ),
    ),
    "XAPI-00032": (
        Rule(
            ("actor.objectType", "authority.objectType"),
            ["Agent"],
            NO_TEXT,
            {"actor": AGENT, "authority": AGENT},
        ),
    ),
    "XAPI-00033": (
        Rule(
            ("actor.name", "authority.name", "context.team.name", "context.team.member.0.name"),
            ["A learner", "名前", ""],
            NO_TEXT,
            {"actor": AGENT, "authority": AGENT, **_TEAM},
        ),
    ),
    "XAPI-00034": _agents(
        [*ONE_EACH, TYPED_AGENT, AGENT | {"name": "A learner"}],
        [{}, {"name": "A learner"}, {"objectType": "Agent"}, *TWO_EACH, dict(IDENTIFIERS)],
    ),
    "XAPI-00035": (
        *_groups(
            [_group(member=[AGENT]), _group(member=[AGENT, OTHER_AGENT], name="A team")],
            [_group(), _group(name="A team"), _group(member=[])],
        ),
        *_agents([AGENT], [AGENT | {"member": [OTHER_AGENT]}, {"member": [AGENT]}]),
    ),
    "XAPI-00036": _groups(
        [GROUP, _group(member=[TYPED_AGENT])],
        [
            _group(member=value)
            for value in (
                *NO_LIST,
                AGENT,
                ["text"],
                [1],
                [{}],
                [GROUP],
                [AGENT, GROUP],
                [[AGENT]],
                [{"name": "x"}],
            )
        ],
    ),
    "XAPI-00037": _groups(
        [
            *(_group(**one) for one in ONE_EACH),
            *(_group(**one, member=members) for one in ONE_EACH for members in ([], [AGENT])),
        ],
        [_group(**two, member=[AGENT]) for two in TWO_EACH],
    ),
    "XAPI-00038": _part(
        "mbox",
        ["mailto:learner@example.org", "mailto:first.last+tag@mail.example.org"],
        [
            "",
            "learner@example.org",
            "mailto:",
            "mailto:learner",
            "http://example.org",
            "mailto://example.org",
            *NO_TEXT,
        ],
    ),
    "XAPI-00039": _part(
        "mbox_sha1sum",
        ["0" * 40, "ABCDEFabcdef0123456789ABCDEFabcdef012345"],
        ["", "0" * 39, "0" * 41, "g" * 40, "mailto:learner@example.org", *NO_TEXT],
    ),
    "XAPI-00040": _part("openid", IRIS, NO_IRIS),
    "XAPI-00041": _part(
        "account",
        [IDENTIFIERS["account"]],
        [*NO_OBJECT, {}, IDENTIFIERS["account"] | {"role": "learner"}],
    ),
    "XAPI-00042": _part("account.homePage", IRIS, [ABSENT, *NO_IRIS]),
    "XAPI-00043": _part("account.name", ["learner", "7", "名前"], [ABSENT, "", *NO_TEXT]),
}

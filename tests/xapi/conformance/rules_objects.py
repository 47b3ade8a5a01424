"""The requirements on verbs and on what a statement is about (Data 2.4.3, 2.4.4, 4.1, 4.2)."""

from __future__ import annotations

from typing import Any

from tests.xapi.conformance.rules import ABSENT, Rule
from tests.xapi.conformance.values import (
    ACTIVITY,
    AGENT,
    BROKEN_UUIDS,
    COMPONENTS,
    GROUP,
    IRIS,
    MAPS,
    NO_COMPONENTS,
    NO_IRIS,
    NO_LIST,
    NO_MAPS,
    NO_OBJECT,
    NO_TEXT,
    REF,
    SUB,
    TYPED_AGENT,
    UNLIKE_UUIDS,
    UUIDS,
)

_RELATED = {"context.contextActivities": {"parent": [ACTIVITY], "other": [ACTIVITY, ACTIVITY]}}
_ACTIVITIES = ("object", "context.contextActivities.parent.0", "context.contextActivities.other.1")
_OF: dict[str, str] = {
    "choices": "choice",
    "scale": "likert",
    "source": "matching",
    "target": "matching",
    "steps": "performance",
}
_KINDS = [
    "true-false",
    "choice",
    "fill-in",
    "long-fill-in",
    "matching",
    "performance",
    "sequencing",
    "likert",
]
_VOIDED = {"verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}}


def _defined(name: str, good: list[Any], bad: list[Any]) -> Rule:
    """The rule for a member of the definition, wherever an activity stands."""
    return Rule(tuple(f"{place}.definition.{name}" for place in _ACTIVITIES), good, bad, _RELATED)


def _interaction(name: str, good: list[Any], bad: list[Any], under: str = "") -> Rule:
    """The rule for a list of components of an interaction, or for a part of its second component."""
    given: dict[str, Any] = {"object.definition.interactionType": _OF[name]}
    if under:
        given[f"object.definition.{name}"] = [{"id": "a"}, {"id": "b"}]
    return Rule(f"object.definition.{name}{under}", good, bad, given)


def _with_interaction(name: str, value: Any) -> dict[str, Any]:
    return {"interactionType": _OF.get(name, "other"), name: value}


_PARTS: dict[str, Any] = {"correctResponsesPattern": ["a"], **{name: [{"id": "a"}] for name in _OF}}

OBJECTS: dict[str, tuple[Rule, ...]] = {
    "XAPI-00003": (Rule("actor", [AGENT], [ABSENT]),),
    "XAPI-00004": (Rule("verb", [{"id": IRIS[0]}], [ABSENT]),),
    "XAPI-00005": (Rule("object", [ACTIVITY], [ABSENT]),),
    "XAPI-00017": (
        Rule("object", [REF], [ACTIVITY, TYPED_AGENT, GROUP, SUB], _VOIDED, outermost=True),
        Rule("object", [], [REF | {"id": "one"}], _VOIDED),
    ),
    "XAPI-00019": (
        Rule("object", [REF], [ACTIVITY], _VOIDED, outermost=True),
        Rule("object", [REF, ACTIVITY], [], {"verb.id": "https://example.org/verbs/voided"}),
    ),
    "XAPI-00020": (
        Rule("object.objectType", ["StatementRef"], [ABSENT, "statementRef", ""], {**_VOIDED, "object": REF}),
    ),
    "XAPI-00044": (
        Rule("verb.id", IRIS, [ABSENT, *NO_IRIS]),
        Rule("verb", [{"id": IRIS[0]}], [{}, *NO_OBJECT]),
    ),
    "XAPI-00045": (Rule("verb.display", MAPS, NO_MAPS),),
    "XAPI-00046": (
        Rule(
            "object",
            [ACTIVITY, TYPED_AGENT, GROUP, REF, SUB],
            [
                ACTIVITY | {"objectType": word}
                for word in ("activity", "Course", "Statement", "substatement", "")
            ],
        ),
    ),
    "XAPI-00047": tuple(Rule(f"{place}.id", IRIS, [ABSENT, *NO_IRIS], _RELATED) for place in _ACTIVITIES),
    "XAPI-00048": tuple(Rule(f"{place}.definition", [{}], NO_OBJECT, _RELATED) for place in _ACTIVITIES),
    "XAPI-00049": (
        _defined(
            "interactionType",
            [*_KINDS, "numeric", "other"],
            ["", "essay", "Choice", "true_false", *NO_TEXT],
        ),
    ),
    "XAPI-00050": (
        Rule(
            "object.definition.correctResponsesPattern",
            [[], ["a"], ["a", "a[,]b", ""]],
            [*NO_LIST, [1], [["a"]], ["a", None]],
            {"object.definition.interactionType": "other"},
        ),
    ),
    "XAPI-00051": (_interaction("steps", COMPONENTS, NO_COMPONENTS),),
    "XAPI-00052": (_interaction("target", COMPONENTS, NO_COMPONENTS),),
    "XAPI-00053": (_interaction("source", COMPONENTS, NO_COMPONENTS),),
    "XAPI-00054": (_interaction("scale", COMPONENTS, NO_COMPONENTS),),
    "XAPI-00055": (_interaction("choices", COMPONENTS, NO_COMPONENTS),),
    "XAPI-00056": (_defined("name", MAPS, NO_MAPS),),
    "XAPI-00057": (_defined("extensions", [{}, {IRIS[0]: 1}], [*NO_OBJECT, {"e": 1}]),),
    "XAPI-00058": tuple(
        _interaction(
            name,
            [[{"id": "a"}, {"id": "A"}, {"id": "a "}]],
            [
                [{"id": "a"}, {"id": "a"}],
                [{"description": {"en": "A"}}],
                [{"id": ""}],
                [{"id": 1}],
                [{"id": None}],
            ],
        )
        for name in _OF
    ),
    "XAPI-00059": (_defined("description", MAPS, NO_MAPS),),
    "XAPI-00060": (_defined("type", IRIS, NO_IRIS),),
    "XAPI-00061": (_defined("moreInfo", IRIS, NO_IRIS),),
    "XAPI-00062": tuple(_interaction(name, MAPS, NO_MAPS, ".1.description") for name in _OF),
    "XAPI-00063": tuple(
        _interaction(name, [{"id": "c"}], [*NO_OBJECT, {}, {"id": "c", "name": "C"}], ".1") for name in _OF
    ),
    "XAPI-00064": (
        Rule(
            "object.definition",
            [_with_interaction(name, value) for name, value in _PARTS.items()],
            [{name: value} for name, value in _PARTS.items()],
        ),
    ),
    "XAPI-00065": (
        Rule(
            "object",
            [TYPED_AGENT, GROUP],
            [AGENT, {"member": [AGENT]}, AGENT | {"objectType": "Activity"}],
        ),
        Rule("object.objectType", ["Agent"], [ABSENT], {"object": TYPED_AGENT}),
    ),
    "XAPI-00066": (
        Rule("object.actor", [AGENT, GROUP], [ABSENT, {}, AGENT | {"openid": IRIS[0]}], {"object": SUB}),
        Rule("object.verb", [{"id": IRIS[0]}], [ABSENT, {}, {"id": "read"}], {"object": SUB}),
        Rule("object.object", [ACTIVITY, GROUP, REF], [ABSENT, {}, {"id": "page"}], {"object": SUB}),
        Rule("object.result.success", [True], ["yes"], {"object": SUB}),
        Rule("object.context.language", ["de"], ["de_DE"], {"object": SUB}),
        Rule("object.colour", [ABSENT], ["red"], {"object": SUB}),
    ),
    "XAPI-00067": (Rule("object.authority", [ABSENT], [AGENT], {"object": SUB}),),
    "XAPI-00068": (Rule("object.version", [ABSENT], ["1.0.0"], {"object": SUB}),),
    "XAPI-00069": (Rule("object.stored", [ABSENT], ["2024-05-01T10:00:00Z"], {"object": SUB}),),
    "XAPI-00070": (Rule("object.id", [ABSENT], UUIDS, {"object": SUB}),),
    "XAPI-00071": (Rule("object.object", [ACTIVITY, TYPED_AGENT, GROUP, REF], [SUB], {"object": SUB}),),
    "XAPI-00072": (
        Rule("object.id", UUIDS, [ABSENT, *UNLIKE_UUIDS, *BROKEN_UUIDS, *NO_TEXT], {"object": REF}),
        Rule(
            "context.statement.id", UUIDS, [ABSENT, *UNLIKE_UUIDS, *BROKEN_UUIDS], {"context.statement": REF}
        ),
    ),
    "XAPI-00073": (
        Rule("object.objectType", ["StatementRef"], [ABSENT, "statementRef", "Statement"], {"object": REF}),
        Rule("object.objectType", ["SubStatement"], [ABSENT, "subStatement", "Statement"], {"object": SUB}),
    ),
}

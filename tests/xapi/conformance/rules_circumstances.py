"""The requirements on times, ids, results, contexts, attachments and the special types (Data 2.4, 4)."""

from __future__ import annotations

from typing import Any

from tests.xapi.conformance.rules import ABSENT, Rule
from tests.xapi.conformance.values import (
    ACTIVITY,
    AGENT,
    BROKEN_UUIDS,
    DURATIONS,
    EXTENSIONS,
    FILE,
    GROUP,
    IRIS,
    LANGUAGES,
    MAPS,
    NO_DURATIONS,
    NO_IRIS,
    NO_LANGUAGES,
    NO_LIST,
    NO_MAPS,
    NO_NUMBER,
    NO_OBJECT,
    NO_TEXT,
    NO_TIMES,
    NO_TRUTH,
    OTHER_AGENT,
    REF,
    SUB,
    TIMES,
    TYPED_AGENT,
    UNLIKE_UUIDS,
    UUIDS,
)

_FILED: dict[str, Any] = {"attachments": [FILE, FILE]}
_EXTENDED = ("object.definition.extensions", "result.extensions", "context.extensions")
_MAPPED = (
    "verb.display",
    "object.definition.name",
    "object.definition.description",
    "attachments.1.display",
    "attachments.1.description",
)
_UUID_PLACES = ("id", "object.id", "context.registration", "context.statement.id")
_IRI_PLACES = (
    "verb.id",
    "object.id",
    "object.definition.type",
    "object.definition.moreInfo",
    "authority.account.homePage",
    "context.contextActivities.category.id",
    "attachments.0.usageType",
    "attachments.0.fileUrl",
)
_WITH_IRIS: dict[str, Any] = {"authority": OTHER_AGENT, **_FILED}
_NOBODY: dict[str, Any] = {"actor": {}}
_REFERRING: dict[str, Any] = {"object": REF, "context.statement": REF}
_PAIR = {"objectType": "Group", "member": [OTHER_AGENT, AGENT]}


def _only_about_an_activity(name: str) -> tuple[Rule, ...]:
    about = Rule(f"context.{name}", ["one"], [1])
    others = tuple(
        Rule(f"context.{name}", [ABSENT], ["one"], {"object": thing})
        for thing in (TYPED_AGENT, GROUP, REF, SUB)
    )
    return about, *others


CIRCUMSTANCES: dict[str, tuple[Rule, ...]] = {
    "XAPI-00007": (
        Rule(_IRI_PLACES, IRIS, ["", "two words", "https://a b"], _WITH_IRIS),
        Rule(_UUID_PLACES, UUIDS[:1], ["", "one"], _REFERRING),
        Rule("actor.mbox", ["mailto:learner@example.org"], ["", "learner"], _NOBODY),
        Rule("actor.mbox_sha1sum", ["0" * 40], ["", "learner"], _NOBODY),
        Rule(("timestamp", "stored"), TIMES[:1], ["", "today"]),
        Rule("result.duration", DURATIONS[:1], ["", "long"]),
        Rule("context.language", LANGUAGES[:1], ["", "deutsch!"]),
        Rule("attachments.0.sha2", ["0" * 64], ["", "hash"], _FILED),
        Rule("attachments.0.contentType", ["text/plain"], ["", "text"], _FILED),
        Rule(_EXTENDED, [{IRIS[0]: ""}], [{"": ""}]),
    ),
    "XAPI-00011": (
        Rule(_IRI_PLACES, IRIS, ["example.org/page", "//example.org/page", "/page", "page"], _WITH_IRIS),
        Rule("actor.openid", IRIS, ["id.example.org/learner", "learner"], _NOBODY),
        Rule(_EXTENDED, [{IRIS[0]: 1}], [{"example.org/e": 1}, {"//example.org/e": 1}]),
    ),
    "XAPI-00022": (Rule("timestamp", TIMES, NO_TIMES),),
    "XAPI-00023": (Rule("stored", TIMES, NO_TIMES),),
    "XAPI-00024": (
        Rule(
            "authority",
            [AGENT, TYPED_AGENT, _PAIR],
            [*NO_OBJECT, {}, ACTIVITY, REF, AGENT | {"objectType": "Person"}],
        ),
    ),
    "XAPI-00025": (
        Rule(
            "attachments", [[], [FILE], [FILE, FILE]], [*NO_LIST, FILE, [[FILE]], ["text"], [1], [FILE, {}]]
        ),
    ),
    "XAPI-00027": (Rule("id", UUIDS, [*UNLIKE_UUIDS, *BROKEN_UUIDS]),),
    "XAPI-00028": (Rule("id", UUIDS, NO_TEXT),),
    "XAPI-00029": (Rule(_UUID_PLACES, UUIDS, UNLIKE_UUIDS, _REFERRING),),
    "XAPI-00030": (Rule(_UUID_PLACES, UUIDS, BROKEN_UUIDS, _REFERRING),),
    "XAPI-00074": (Rule("result.success", [True, False], NO_TRUTH),),
    "XAPI-00075": (Rule("result.completion", [True, False], NO_TRUTH),),
    "XAPI-00076": (Rule("result.response", ["", "Yes, 名前"], NO_TEXT),),
    "XAPI-00077": (Rule("result.duration", DURATIONS, NO_DURATIONS),),
    "XAPI-00078": (Rule("result.extensions", EXTENSIONS, NO_OBJECT),),
    "XAPI-00079": (Rule("result.score", [{}, {"raw": 1}], [*NO_OBJECT, {"grade": 1}]),),
    "XAPI-00080": (
        Rule("result.score.max", [0, 9.5, -1e300], NO_NUMBER),
        Rule("result.score", [{"min": 1, "max": 1.5}], [{"min": 1, "max": 1}, {"min": 1, "max": 0.5}]),
    ),
    "XAPI-00081": (
        Rule("result.score.min", [0, 9.5, -1e300], NO_NUMBER),
        Rule("result.score", [{"min": -2, "max": -1}], [{"min": -1, "max": -2}, {"min": -1, "max": -1}]),
    ),
    "XAPI-00082": (
        Rule("result.score.raw", [0, 9.5, -1e300], NO_NUMBER),
        Rule(
            "result.score",
            [{"raw": 1, "min": 1, "max": 3}, {"raw": 3, "min": 1, "max": 3}, {"raw": 9, "min": 1}],
            [{"raw": 0, "min": 1}, {"raw": 4, "max": 3}, {"raw": 4, "min": 1, "max": 3}],
        ),
    ),
    "XAPI-00083": (Rule("result.score.scaled", [-1, 0, 0.5, 1], [1.001, -1.001, 100, *NO_NUMBER]),),
    "XAPI-00084": _only_about_an_activity("revision"),
    "XAPI-00085": _only_about_an_activity("platform"),
    "XAPI-00086": (Rule("context.contextActivities", [{"parent": [ACTIVITY]}], [*NO_OBJECT, [ACTIVITY]]),),
    "XAPI-00087": (
        Rule("context.registration", UUIDS, [*UNLIKE_UUIDS, *BROKEN_UUIDS, *NO_TEXT]),
        Rule("context.instructor", [AGENT, TYPED_AGENT, GROUP], [*NO_OBJECT, {}, ACTIVITY, [AGENT]]),
    ),
    "XAPI-00088": (
        Rule(
            "context.team",
            [GROUP, GROUP | {"name": "A team"}],
            [*NO_OBJECT, {}, AGENT, TYPED_AGENT, ACTIVITY],
        ),
    ),
    "XAPI-00089": (Rule("context.revision", ["", "2.1"], NO_TEXT),),
    "XAPI-00090": (Rule("context.platform", ["", "A platform"], NO_TEXT),),
    "XAPI-00091": (Rule("context.language", LANGUAGES, [*NO_LANGUAGES, *NO_TEXT]),),
    "XAPI-00092": (
        Rule(
            "context.statement",
            [REF],
            [*NO_OBJECT, {}, ACTIVITY, SUB, {"id": REF["id"]}, REF | {"name": "x"}],
        ),
    ),
    "XAPI-00093": (
        Rule(
            "context.contextActivities",
            [{key: [ACTIVITY]} for key in ("parent", "grouping", "category", "other")],
            [{key: [ACTIVITY]} for key in ("child", "Parent", "groupings", "", "https://example.org/other")],
        ),
    ),
    "XAPI-00094": (
        Rule(
            tuple(f"context.contextActivities.{key}" for key in ("parent", "grouping", "category", "other")),
            [ACTIVITY, [ACTIVITY], [ACTIVITY, {"id": IRIS[0]}]],
            ["text", 1, {}, AGENT, [AGENT], [{}], ["text"], [ACTIVITY, REF], [[ACTIVITY]]],
        ),
    ),
    "XAPI-00095": (Rule("context.contextActivities", [{}, {"parent": []}], [{"parent": {}}]),),
    "XAPI-00098": (
        Rule(
            "authority",
            [_PAIR],
            [
                _PAIR | {"member": [AGENT]},
                _PAIR | {"member": [AGENT, OTHER_AGENT, AGENT]},
                _PAIR | {"openid": IRIS[0]},
                {"objectType": "Group", "member": []},
            ],
        ),
    ),
    "XAPI-00100": (
        Rule(
            "authority",
            [_PAIR, AGENT],
            [
                _PAIR | {"mbox": "mailto:team@example.org"},
                {"objectType": "Group", "mbox": "mailto:team@example.org"},
                _PAIR | {"member": [AGENT, GROUP]},
                _PAIR | {"member": [AGENT, {"name": "An analyst"}]},
            ],
        ),
    ),
    "XAPI-00101": (
        Rule(
            "version",
            ["1.0", "1.0.0", "1.0.17"],
            ["", "1", "0.95", "1.1.0", "1.01", "v1.0.0", "3.0.0", *NO_TEXT],
        ),
        Rule("version", ["1.0.3"], ["2.0.0"], versions=("1.0.3",)),
        Rule("version", ["2.0", "2.0.0", "2.0.4"], ["2.1.0", "2"], versions=("2.0.0",)),
    ),
    "XAPI-00102": (Rule("attachments.1.length", [0, 12], [ABSENT, 1.5, -1, "12", True, {}], _FILED),),
    "XAPI-00103": (
        Rule(
            "attachments.1.sha2",
            ["0" * 56, "A" * 64, "a" * 96, "9" * 128],
            [ABSENT, "", "a" * 63, "g" * 64, "a" * 40, *NO_TEXT],
            _FILED,
        ),
    ),
    "XAPI-00104": (Rule("attachments.1.fileUrl", IRIS, NO_IRIS, _FILED),),
    "XAPI-00105": (
        Rule(
            "attachments.1.contentType",
            ["text/plain", "application/vnd.example+json", "text/plain; charset=ascii"],
            [ABSENT, "", "text", "text/", "/plain", *NO_TEXT],
            _FILED,
        ),
    ),
    "XAPI-00106": (Rule("attachments.1.display", MAPS, [ABSENT, *NO_MAPS], _FILED),),
    "XAPI-00107": (Rule("attachments.1.usageType", IRIS, [ABSENT, *NO_IRIS], _FILED),),
    "XAPI-00013": (
        Rule(
            "verb.display",
            [{tag: "read"} for tag in LANGUAGES],
            [{tag: "read"} for tag in (*NO_LANGUAGES, "de-DE-Latn-", "en-a", "en-GB-", "x", "en-x")],
        ),
    ),
    "XAPI-00118": (
        Rule(_EXTENDED, [{iri: 1} for iri in IRIS], [{"": 1}, {"page": 1}, {"example.org/e": 1}]),
    ),
    "XAPI-00119": (Rule(_EXTENDED, EXTENSIONS, [None, [None], ""]),),
    "XAPI-00120": (Rule(_EXTENDED, EXTENSIONS, NO_OBJECT),),
    "XAPI-00121": (
        Rule(_MAPPED, [{tag: "text"} for tag in LANGUAGES], [{tag: "text"} for tag in NO_LANGUAGES], _FILED),
    ),
    "XAPI-00123": (Rule(("timestamp", "stored"), TIMES, NO_TIMES),),
    "XAPI-00124": (Rule("result.duration", DURATIONS, NO_DURATIONS),),
}

"""Random statements with one fault each, and the path at which it must be found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

from tests.xapi.strategies import Document, Number, Strategy, documents, spell, spellings
from xapi.model import Version

AGENT = {"mbox": "mailto:someone@example.org"}
GROUP = {"objectType": "Group", "member": [AGENT]}
ACTIVITY = {"id": "https://example.org/a"}
IRI = "https://example.org/e"
UNSIGNED_TYPE = {
    "usageType": "http://adlnet.gov/expapi/attachments/signature",
    "display": {},
    "contentType": "text/plain",
    "length": 1,
    "sha2": "0" * 64,
}

FAULTS: list[tuple[str, Any, str]] = [
    ("actor", {"name": "x"}, "$.actor"),
    ("actor", AGENT | {"openid": IRI}, "$.actor"),
    ("actor", AGENT | {"member": [AGENT]}, "$.actor.member"),
    ("actor", {"mbox": "someone@example.org"}, "$.actor.mbox"),
    ("actor", {"mbox_sha1sum": "0" * 39}, "$.actor.mbox_sha1sum"),
    ("actor", {"openid": "me"}, "$.actor.openid"),
    ("actor", {"account": {"homePage": "example.org", "name": "x"}}, "$.actor.account.homePage"),
    ("actor", {"account": {"homePage": IRI, "name": ""}}, "$.actor.account.name"),
    ("actor", {"account": {"homePage": IRI}}, "$.actor.account"),
    ("actor", GROUP | {"member": [AGENT, GROUP]}, "$.actor.member[1]"),
    ("actor", GROUP | {"member": []}, "$.actor.member"),
    ("actor", {"objectType": "agent"} | AGENT, "$.actor.objectType"),
    ("verb.id", "experienced", "$.verb.id"),
    ("verb.id", "http://a b", "$.verb.id"),
    ("verb.display", {"not a tag!": "x"}, "$.verb.display"),
    ("result.duration", "P1DT", "$.result.duration"),
    ("result.duration", "P4W1D", "$.result.duration"),
    ("result.success", "true", "$.result.success"),
    ("result.score", {"scaled": Number("1.00000000000000000001")}, "$.result.score.scaled"),
    ("result.score", {"scaled": Number("-1.1")}, "$.result.score.scaled"),
    ("result.score", {"raw": Number("1.1"), "max": Number(1)}, "$.result.score.raw"),
    (
        "result.score",
        {"raw": Number(9007199254740992), "min": Number(9007199254740993)},
        "$.result.score.raw",
    ),
    ("result.score", {"min": Number(1), "max": Number("1.0")}, "$.result.score.min"),
    ("result.score", {"raw": "1"}, "$.result.score.raw"),
    ("result.score", {"raw": Number("1E400")}, "$.result.score.raw"),
    ("result.extensions", {"e": 1}, "$.result.extensions"),
    ("result.response", Number(1), "$.result.response"),
    ("context.registration", "6ba7b8109dad41d180b400c04fd430c8", "$.context.registration"),
    ("context.language", "english!", "$.context.language"),
    ("context.team", AGENT, "$.context.team"),
    ("context.instructor", {"name": "x"}, "$.context.instructor"),
    ("context.statement", {"id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8"}, "$.context.statement"),
    ("context.contextActivities", "oops", "$.context.contextActivities"),
    ("context.contextActivities", {"child": [ACTIVITY]}, "$.context.contextActivities"),
    (
        "context.contextActivities",
        {"other": [ACTIVITY, {"id": "b"}]},
        "$.context.contextActivities.other[1].id",
    ),
    ("id", "not a uuid", "$.id"),
    ("id", None, "$.id"),
    ("timestamp", "2024-05-01T10:00:00", "$.timestamp"),
    ("timestamp", "2024-05-01T10:00:00-00:00", "$.timestamp"),
    ("timestamp", "2024-05-01T10:00:00+0200", "$.timestamp"),
    ("timestamp", "2024-02-30T10:00:00Z", "$.timestamp"),
    ("timestamp", "9999-12-31T23:59:59-00:01", "$.timestamp"),
    ("stored", "yesterday", "$.stored"),
    ("version", "1.1.0", "$.version"),
    ("authority", GROUP, "$.authority"),
    ("attachments", [UNSIGNED_TYPE], "$.attachments[0].contentType"),
    ("attachments", [{}], "$.attachments[0]"),
    ("colour", "red", "$"),
    ("Actor", AGENT, "$"),
]
_AGENT_ROLE = {"objectType": "contextAgent", "agent": AGENT}
_GROUP_ROLE = {"objectType": "contextGroup", "group": GROUP}
FAULTS_OF: dict[Version, list[tuple[str, Any, str]]] = {
    "1.0.3": [
        ("context.contextAgents", [_AGENT_ROLE], "$.context"),
        ("context.contextGroups", [_GROUP_ROLE], "$.context"),
        ("context.contextGroups", [], "$.context"),
        ("version", "2.0.0", "$.version"),
    ],
    "2.0.0": [
        (
            "context.contextAgents",
            [_AGENT_ROLE, {"objectType": "contextAgent"}],
            "$.context.contextAgents[1]",
        ),
        ("context.contextAgents", [_AGENT_ROLE | {"agent": GROUP}], "$.context.contextAgents[0].agent"),
        ("context.contextAgents", [_AGENT_ROLE | {"agent": {}}], "$.context.contextAgents[0].agent"),
        (
            "context.contextAgents",
            [_AGENT_ROLE | {"objectType": "Agent"}],
            "$.context.contextAgents[0].objectType",
        ),
        (
            "context.contextAgents",
            [_AGENT_ROLE | {"relevantTypes": []}],
            "$.context.contextAgents[0].relevantTypes",
        ),
        ("context.contextAgents", _AGENT_ROLE, "$.context.contextAgents"),
        ("context.contextGroups", [_GROUP_ROLE | {"group": AGENT}], "$.context.contextGroups[0].group"),
        (
            "context.contextGroups",
            [_GROUP_ROLE, _GROUP_ROLE | {"relevantTypes": [IRI, "a"]}],
            "$.context.contextGroups[1].relevantTypes[1]",
        ),
        ("version", "3.0.0", "$.version"),
    ],
}
"""What is set, to what, and where it must be found; then what is a fault in one family only."""

BROKEN = {
    "a key twice": b'{"a":1,"a":1}',
    "a key twice, spelled in two ways": rb'{"a":1,"b":{"\u0063":1, "c":1}}',
    "NaN": b"NaN",
    "infinity": b"-Infinity",
    "a lone surrogate": rb'"\ud800"',
    "a surrogate as a key": rb'{"\udc00x":1}',
    "no UTF-8": b'"\xff"',
    "a control character": b'"\x01"',
    "a leading zero": b"01",
    "a comma too many": b"[1,]",
    "a word": b"undefined",
    "depth": b"[" * 5000 + b"]" * 5000,
}
"""What makes a whole text no JSON that two readers agree on; it is found at `$`."""

_MARK = "put the fault here"


def put(document: Document, path: str, value: Any) -> Document:
    """The document with a value at a dotted path; what is missing on the way is made."""
    step, _, rest = path.partition(".")
    return document | {step: put(document.get(step, {}), rest, value) if rest else value}


@st.composite
def faulty_statements(draw: st.DrawFn, /, version: Version, **parts: Any) -> tuple[bytes, str]:
    """The bytes of an otherwise valid statement with one fault, and the fault's path."""
    document = draw(documents(version)) | parts
    make: Callable[..., Strategy] = draw(st.sampled_from([_with_fault, _with_null, _with_stranger, _broken]))
    found: tuple[bytes, str] = draw(make(document, version))
    return found


def _with_fault(document: Document, version: Version) -> Strategy:
    faults = st.sampled_from(FAULTS + FAULTS_OF[version])
    return st.builds(
        lambda fault, chance: (spell(put(document, fault[0], fault[1]), chance), fault[2]),
        faults,
        spellings(),
    )


def _with_null(document: Document, version: Version) -> Strategy:
    """A null in the place of any member that is not within an extension or a map of languages."""
    places = [(parent, name, f"{path}.{name}") for parent, path in objects(document) for name in parent]
    place = st.sampled_from([found for found in places if found[1] != "objectType"])
    return st.builds(
        lambda at, chance: (_changed(document, at[0], {at[1]: None}, chance), at[2]), place, spellings()
    )


def _with_stranger(document: Document, version: Version) -> Strategy:
    place = st.sampled_from(list(objects(document)))
    return st.builds(
        lambda at, chance: (_changed(document, at[0], {"colour": 1}, chance), at[1]), place, spellings()
    )


def _broken(document: Document, version: Version) -> Strategy:
    marked = put(document, "result.extensions", {IRI: _MARK})
    return st.builds(
        lambda fault: (spell(marked).replace(spell(_MARK), fault), "$"),
        st.sampled_from(sorted(BROKEN.values())),
    )


def _changed(document: Document, parent: Document, change: Document, chance: Any) -> bytes:
    def copy(value: Any) -> Any:
        if isinstance(value, dict):
            copied = {name: copy(inner) for name, inner in value.items()}
            return copied | change if value is parent else copied
        return [copy(inner) for inner in value] if isinstance(value, list) else value

    return spell(copy(document), chance)


_FREE = ("extensions", "display", "name", "description")


def objects(value: Any, path: str = "$") -> Iterator[tuple[Document, str]]:
    """The objects whose members xAPI names, each with its path."""
    if isinstance(value, dict):
        yield value, path
        for name, inner in value.items():
            if name not in _FREE:
                yield from objects(inner, f"{path}.{name}")
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from objects(inner, f"{path}[{place}]")

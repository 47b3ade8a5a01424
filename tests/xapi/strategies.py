"""Random valid statements of both families, with all their parts, in any legal spelling.

A document is made of dicts, lists, texts, booleans, None and `Number`s, which are written as they are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from random import Random
from typing import Any, TypeAlias

from hypothesis import strategies as st

from xapi.model import Version

Document: TypeAlias = dict[str, Any]
Strategy: TypeAlias = st.SearchStrategy[Any]

VERSIONS: tuple[Version, ...] = ("1.0.3", "2.0.0")
_SPACES = ("", "", "", " ", "\n", "\t", "\r\n  ")
_SHORT = {
    "\n": "\\n",
    "\t": "\\t",
    "/": "\\/",
    '"': '\\"',
    "\\": "\\\\",
    "\b": "\\b",
    "\f": "\\f",
    "\r": "\\r",
}


class Number(str):
    """A JSON number as it is written."""

    __slots__ = ()


def spell(value: Any, chance: Random | None = None) -> bytes:
    """The JSON of a document; with a `chance`, its white space, escapes and the order of its members vary."""
    return _spelled(value, chance).encode()


def _spelled(value: Any, chance: Random | None) -> str:
    gap = chance.choice(_SPACES) if chance else ""
    if isinstance(value, dict):
        pairs = list(value.items())
        if chance:
            chance.shuffle(pairs)
        inner = [f"{_text(key, chance)}{gap}:{_spelled(one, chance)}" for key, one in pairs]
        return f"{gap}{{{gap}{','.join(inner)}{gap}}}{gap}"
    if isinstance(value, list):
        return f"{gap}[{','.join(_spelled(one, chance) for one in value) or gap}]{gap}"
    if isinstance(value, Number):
        return f"{gap}{value!s}{gap}"
    return f"{gap}{_text(value, chance) if isinstance(value, str) else json.dumps(value)}{gap}"


def _text(text: str, chance: Random | None) -> str:
    return f'"{"".join(_letter(letter, chance) for letter in text)}"'


def _letter(letter: str, chance: Random | None) -> str:
    must_escape = letter < " " or letter in '"\\'
    if not must_escape and (chance is None or chance.random() > 0.05):
        return letter
    if letter in _SHORT and (chance is None or chance.random() < 0.5):
        return _SHORT[letter]
    units = letter.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02X}" for at in range(0, len(units), 2))


def some(required: dict[str, Strategy], optional: dict[str, Strategy]) -> Strategy:
    """Objects with all of the required members and any of the optional ones."""
    return st.fixed_dictionaries(required, optional=optional)


TEXTS = st.text(max_size=12) | st.sampled_from(["", "\x00", "ü 🙂 \u2028", '"\\/', "x" * 300])
IRIS = st.sampled_from(
    [
        "https://example.org/a",
        "https://example.org/größe?q=%C3%BC#teil",
        "urn:uuid:6ba7b810-9dad-41d1-80b4-00c04fd430c8",
        "tag:example.org,2024:thing",
        "act:🙂",
    ]
) | st.from_regex(r"https?://[a-z]{1,8}\.example\.org(/[a-zA-Z0-9._~-]{0,6}){0,3}", fullmatch=True)
LANGUAGES = st.sampled_from(["en", "en-US", "en-GB", "de", "zh-Hant-TW", "x-own", "i-klingon", "es-419"])
UUIDS = st.uuids().map(str) | st.uuids().map(lambda one: str(one).upper())
TIMES = st.builds(
    lambda moment, fraction, offset: f"{moment:%Y-%m-%dT%H:%M:%S}".zfill(19) + fraction + offset,
    st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)),
    st.from_regex(r"(\.[0-9]{1,12})?", fullmatch=True),
    st.sampled_from(["Z", "z", "+00:00", "+02:00", "-09:30", "+23:59"]),
)
DURATIONS = st.from_regex(
    r"P([0-9]{1,3}W|[0-9]{1,3}Y([0-9]M)?(1?[0-9]D)?(T1H)?|T[0-9]{1,4}M[0-9]{1,2}([.,][0-9]{1,6})?S|T0S)",
    fullmatch=True,
).filter(str.isascii)
DIGESTS = st.sampled_from([56, 64, 96, 128]).flatmap(
    lambda size: st.text("0123456789abcdefABCDEF", min_size=size, max_size=size)
)
NUMBERS = st.one_of(
    st.integers(-(10**40), 10**40).map(lambda number: Number(number)),
    st.from_regex(r"-?(0|[1-9][0-9]{0,25})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,4})?", fullmatch=True).map(
        Number
    ),
    st.sampled_from(["1E400", "-0", "-0.0", "1e-400", "1E99999999999999999999", "9" * 400]).map(Number),
)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
MAPS = st.dictionaries(LANGUAGES, TEXTS, max_size=3)
EXTENSIONS = st.dictionaries(IRIS, VALUES, max_size=2)

ACCOUNTS = some({"homePage": IRIS, "name": TEXTS.filter(bool)}, {})
IDENTIFIERS = st.one_of(
    some({"mbox": st.sampled_from(["mailto:someone@example.org", "mailto:Ü.x+y@EXAMPLE.org"])}, {}),
    some({"mbox_sha1sum": st.text("0123456789abcdefABCDEF", min_size=40, max_size=40)}, {}),
    some({"openid": IRIS}, {}),
    some({"account": ACCOUNTS}, {}),
)


def _joined(parts: Sequence[Document]) -> Document:
    return {name: value for part in parts for name, value in part.items()}


def joined(*parts: Strategy) -> Strategy:
    """Objects with the members of several."""
    return st.tuples(*parts).map(_joined)


NAMED = some({}, {"name": TEXTS})
AN_AGENT = st.just({"objectType": "Agent"})
A_GROUP = st.just({"objectType": "Group"})
TYPED_AGENTS = joined(AN_AGENT, IDENTIFIERS, NAMED)
AGENTS = joined(IDENTIFIERS, NAMED) | TYPED_AGENTS
MEMBERS = some({"member": st.lists(AGENTS, min_size=1, max_size=3)}, {})
GROUPS = joined(A_GROUP, MEMBERS, NAMED) | joined(A_GROUP, IDENTIFIERS, NAMED, MEMBERS | st.just({}))
ACTORS = AGENTS | GROUPS
REFERENCES = some({"objectType": st.just("StatementRef"), "id": UUIDS}, {})

COMPONENTS = st.lists(
    some({"id": TEXTS.filter(bool)}, {"description": MAPS}),
    max_size=3,
    unique_by=lambda component: component["id"],
)
_PATTERNS = {"correctResponsesPattern": st.lists(TEXTS, max_size=2)}


def _interaction(kinds: Sequence[str], *components: str) -> Strategy:
    return some(
        {"interactionType": st.sampled_from(kinds)}, _PATTERNS | dict.fromkeys(components, COMPONENTS)
    )


INTERACTIONS = st.one_of(
    st.just({}),
    _interaction(["true-false", "fill-in", "long-fill-in", "numeric", "other"]),
    _interaction(["choice", "sequencing"], "choices"),
    _interaction(["likert"], "scale"),
    _interaction(["matching"], "source", "target"),
    _interaction(["performance"], "steps"),
)
DEFINITIONS = joined(
    some({}, {"name": MAPS, "description": MAPS, "type": IRIS, "moreInfo": IRIS, "extensions": EXTENSIONS}),
    INTERACTIONS,
)
ACTIVITIES = some({"id": IRIS}, {"objectType": st.just("Activity"), "definition": DEFINITIONS})
VERBS = some({"id": IRIS}, {"display": MAPS})
ATTACHMENTS = some(
    {
        "usageType": IRIS,
        "display": MAPS,
        "contentType": st.sampled_from(["text/plain; charset=ascii", "application/octet-stream"]),
        "length": st.integers(0, 10**12).map(lambda number: Number(number)),
        "sha2": DIGESTS,
    },
    {"description": MAPS, "fileUrl": IRIS},
)


@st.composite
def scores(draw: st.DrawFn) -> Document:
    """Scores in their ranges, with more digits than a float holds."""
    within = st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False)
    low, raw, high = sorted(draw(st.lists(within, min_size=3, max_size=3, unique=True)))
    score = {"min": low, "raw": raw, "max": high, "scaled": draw(st.decimals(-1, 1, allow_nan=False))}
    kept = draw(st.sets(st.sampled_from(sorted(score))))
    return {name: Number(score[name]) for name in score if name in kept}


RESULTS = some(
    {},
    {
        "score": scores(),
        "success": st.booleans(),
        "completion": st.booleans(),
        "response": TEXTS,
        "duration": DURATIONS,
        "extensions": EXTENSIONS,
    },
)
_RELATED = ACTIVITIES | st.lists(ACTIVITIES, max_size=2)
_TYPES = {"relevantTypes": st.lists(IRIS, min_size=1, max_size=2)}
_PARTICIPANTS = {
    "contextAgents": st.lists(
        some({"objectType": st.just("contextAgent"), "agent": AGENTS}, _TYPES), max_size=2
    ),
    "contextGroups": st.lists(
        some({"objectType": st.just("contextGroup"), "group": GROUPS}, _TYPES), max_size=2
    ),
}


def contexts(version: Version, *, about_activity: bool) -> Strategy:
    """Contexts of one family; only those of a statement about an activity have all parts."""
    parts: dict[str, Strategy] = {
        "registration": UUIDS,
        "instructor": ACTORS,
        "team": GROUPS,
        "contextActivities": some({}, dict.fromkeys(("parent", "grouping", "category", "other"), _RELATED)),
        "language": LANGUAGES,
        "statement": REFERENCES,
        "extensions": EXTENSIONS,
    }
    if about_activity:
        parts |= {"revision": TEXTS, "platform": TEXTS}
    return some({}, parts | _PARTICIPANTS if version == "2.0.0" else parts)


def _about(version: Version, thing: Strategy, *, about_activity: bool, more: dict[str, Strategy]) -> Strategy:
    told = {
        "result": RESULTS,
        "context": contexts(version, about_activity=about_activity),
        "timestamp": TIMES,
        "attachments": st.lists(ATTACHMENTS, max_size=2),
    }
    return some({"actor": ACTORS, "verb": VERBS, "object": thing}, told | more)


def documents(version: Version) -> Strategy:
    """Valid statements of one family, as documents."""
    stated = ["1.0", "1.0.0", "1.0.3"] + (["2.0.0", "2.0"] if version == "2.0.0" else [])
    more = {
        "id": UUIDS,
        "stored": TIMES,
        "authority": AGENTS,
        "version": st.sampled_from(stated),
    }
    others = TYPED_AGENTS | GROUPS | REFERENCES
    told = _about(version, ACTIVITIES, about_activity=True, more={}) | _about(
        version, others, about_activity=False, more={}
    )
    substatements = joined(st.just({"objectType": "SubStatement"}), told)
    return _about(version, ACTIVITIES, about_activity=True, more=more) | _about(
        version, others | substatements, about_activity=False, more=more
    )


def spellings() -> Strategy:
    """Sources of odd but legal spelling; None for the plain one."""
    return st.none() | st.integers(0, 2**32).map(Random)


@st.composite
def valid_statements(draw: st.DrawFn, /, version: Version, **parts: Any) -> bytes:
    """The bytes of a valid statement of one family, with these members set."""
    return spell(draw(documents(version)) | parts, draw(spellings()))

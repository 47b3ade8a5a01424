"""Small statements, valid and not, each under what it shows."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import msgspec

AGENT = {"mbox": "mailto:someone@example.org"}
ACCOUNT = {"account": {"homePage": "https://example.org", "name": "1"}}
ACTIVITY = {"id": "https://example.org/a"}
VERB = {"id": "http://adlnet.gov/expapi/verbs/experienced"}
REF = {"objectType": "StatementRef", "id": "6ba7b810-9dad-41d1-80b4-00c04fd430c8"}
SUB = {"objectType": "SubStatement", "actor": AGENT, "verb": VERB, "object": ACTIVITY}
GROUP = {"objectType": "Group", "member": [AGENT]}
DEEP = msgspec.json.decode(b"[" * 60 + b"]" * 60)
TOO_DEEP = msgspec.json.decode(b"[" * 65 + b"]" * 65)
ATTACHMENT = {
    "usageType": "http://adlnet.gov/expapi/attachments/signature",
    "display": {"en-US": "signature"},
    "contentType": "application/octet-stream",
    "length": 10,
    "sha2": "0" * 64,
}


def statement(**parts: Any) -> dict[str, Any]:
    """The smallest statement, with these parts put in; None takes a part out."""
    whole = {"actor": AGENT, "verb": VERB, "object": ACTIVITY} | parts
    return {name: part for name, part in whole.items() if part is not None}


def within(path: str, value: Any) -> dict[str, Any]:
    """A statement with a value at a dotted path; what is missing on the way is made."""
    document = deepcopy(statement())
    *steps, last = path.split(".")
    place = document
    for step in steps:
        place = place.setdefault(step, {})
    place[last] = value
    return document


VALID = {
    "the smallest": statement(),
    "an agent by account": statement(actor=ACCOUNT),
    "an agent by hashed mailbox": statement(actor={"mbox_sha1sum": "A" * 40}),
    "an agent by OpenID": statement(actor={"openid": "https://example.org/me"}),
    "an anonymous group": statement(actor=GROUP),
    "an identified group": statement(actor=ACCOUNT | {"objectType": "Group"}),
    "an identified group without members": statement(actor=ACCOUNT | {"objectType": "Group", "member": []}),
    "an agent as object": statement(object=AGENT | {"objectType": "Agent"}),
    "a group as object": statement(object=GROUP),
    "a reference as object": statement(object=REF),
    "a sub-statement": statement(object=SUB),
    "a sub-statement about an agent": statement(object=SUB | {"object": AGENT | {"objectType": "Agent"}}),
    "a sub-statement about a reference": statement(object=SUB | {"object": REF}),
    "a sub-statement with a result": statement(object=SUB | {"result": {"success": True}}),
    "a group as instructor": within("context.instructor", GROUP),
    "a team": within("context.team", GROUP),
    "a lone related activity": within("context.contextActivities", {"parent": ACTIVITY}),
    "no related activities": within("context.contextActivities", {"parent": []}),
    "null in an extension": within("context.extensions", {"https://example.org/e": None}),
    "deep extensions": within("result.extensions", {"https://example.org/e": DEEP}),
    "a numberless extension": within("object.definition.extensions", {"tag:example.org,2024:e": {}}),
    "a non-ASCII IRI": within("object.id", "https://example.org/größe"),
    "a urn": within("object.id", "urn:isbn:9780000000000"),
    "the old version": statement(version="1.0.0"),
    "nanoseconds": statement(timestamp="2024-05-01T10:00:00.123456789+02:00"),
    "an authority": statement(authority=ACCOUNT),
    "an OAuth authority": statement(authority={"objectType": "Group", "member": [AGENT, ACCOUNT]}),
    "stored by another store": statement(stored="2024-05-01T10:00:00Z"),
    "an attachment": statement(attachments=[ATTACHMENT]),
    "a score at its edges": within("result.score", {"scaled": -1, "raw": 0, "min": 0, "max": 5}),
    "weeks": within("result.duration", "P2W"),
    "a long duration": within("result.duration", "P1Y2M3DT4H5M6.789S"),
    "a language": within("context.language", "zh-Hant-TW"),
    "a private language": within("context.language", "x-klingon"),
    "a choice": within(
        "object.definition",
        {
            "interactionType": "choice",
            "choices": [{"id": "a", "description": {"en": "A"}}, {"id": "b"}],
            "correctResponsesPattern": ["a"],
        },
    ),
    "a matching": within(
        "object.definition",
        {"interactionType": "matching", "source": [{"id": "a"}], "target": [{"id": "b"}]},
    ),
    "a voiding": statement(verb={"id": "http://adlnet.gov/expapi/verbs/voided"}, object=REF),
}

INVALID = {
    "no actor": (statement(actor=None), "$", "missing-property"),
    "no verb": (statement(verb=None), "$", "missing-property"),
    "no object": (statement(object=None), "$", "missing-property"),
    "an unknown property": (statement(colour="red"), "$", "unknown-property"),
    "a property in another case": (statement(Timestamp="2024-05-01T10:00:00Z"), "$", "unknown-property"),
    "an unknown property below": (within("context.colour", "red"), "$.context", "unknown-property"),
    "null": (statement(id=None) | {"id": None}, "$.id", "null"),
    "null below": (within("context.platform", None), "$.context.platform", "null"),
    "a list": ([statement()], "$", "type"),
    "text for a truth": (within("result.success", "false"), "$.result.success", "type"),
    "a number for a truth": (within("result.completion", 1), "$.result.completion", "type"),
    "text for a number": (within("result.score", {"raw": "1"}), "$.result.score.raw", "type"),
    "a short UUID": (statement(id="6ba7b8109dad41d180b400c04fd430c8"), "$.id", "uuid"),
    "no UUID": (within("context.registration", "one"), "$.context.registration", "uuid"),
    "a short registration": (
        within("context.registration", "6ba7b8109dad41d180b400c04fd430c8"),
        "$.context.registration",
        "uuid",
    ),
    "a short reference": (
        statement(object=REF | {"id": "6ba7b8109dad41d180b400c04fd430c8"}),
        "$.object.id",
        "uuid",
    ),
    "no identifier": (statement(actor={"name": "Someone"}), "$.actor", "one-identifier"),
    "two identifiers": (statement(actor=AGENT | ACCOUNT), "$.actor", "one-identifier"),
    "a group with two identifiers": (
        statement(actor=GROUP | AGENT | ACCOUNT),
        "$.actor",
        "one-identifier",
    ),
    "an agent with members": (statement(actor=AGENT | {"member": []}), "$.actor.member", "agent-member"),
    "an anonymous group of none": (
        statement(actor={"objectType": "Group", "member": []}),
        "$.actor.member",
        "anonymous-group",
    ),
    "a group of nothing": (statement(actor={"objectType": "Group"}), "$.actor", "anonymous-group"),
    "a group in a group": (
        statement(actor={"objectType": "Group", "member": [AGENT, GROUP]}),
        "$.actor.member[1]",
        "nested-group",
    ),
    "a member without identifier": (
        statement(actor={"objectType": "Group", "member": [{"name": "Someone"}]}),
        "$.actor.member[0]",
        "one-identifier",
    ),
    "an unknown object type": (
        statement(actor=AGENT | {"objectType": "agent"}),
        "$.actor.objectType",
        "choice",
    ),
    "no mailto": (statement(actor={"mbox": "someone@example.org"}), "$.actor.mbox", "mailbox"),
    "a short hash": (statement(actor={"mbox_sha1sum": "zz"}), "$.actor.mbox_sha1sum", "sha1"),
    "no OpenID": (statement(actor={"openid": "me"}), "$.actor.openid", "iri"),
    "a home page that is none": (
        statement(actor={"account": {"homePage": "example", "name": "1"}}),
        "$.actor.account.homePage",
        "iri",
    ),
    "an account without name": (
        statement(actor={"account": {"homePage": "https://example.org"}}),
        "$.actor.account",
        "missing-property",
    ),
    "an account with an empty name": (
        statement(actor={"account": {"homePage": "https://example.org", "name": ""}}),
        "$.actor.account.name",
        "account-name",
    ),
    "a verb that is no IRI": (statement(verb={"id": "foo bar"}), "$.verb.id", "iri"),
    "a display in no language": (
        statement(verb=VERB | {"display": {"not a tag!!": "x"}}),
        "$.verb.display",
        "language",
    ),
    "an activity that is no IRI": (statement(object={"id": "foo"}), "$.object.id", "iri"),
    "an activity with a space": (statement(object={"id": "http://a b"}), "$.object.id", "iri"),
    "an activity with a stray percent": (statement(object={"id": "http://a/%zz"}), "$.object.id", "iri"),
    "an activity of another case": (
        statement(object=ACTIVITY | {"objectType": "activity"}),
        "$.object.objectType",
        "choice",
    ),
    "a type that is no IRI": (
        within("object.definition", {"type": "video"}),
        "$.object.definition.type",
        "iri",
    ),
    "a page that is no IRI": (
        within("object.definition", {"moreInfo": "here"}),
        "$.object.definition.moreInfo",
        "iri",
    ),
    "a name in no language": (
        within("object.definition", {"name": {"e": "x"}}),
        "$.object.definition.name",
        "language",
    ),
    "a name in two languages at once": (
        within("object.definition", {"description": {"en_US": "x"}}),
        "$.object.definition.description",
        "language",
    ),
    "an extension that is no IRI": (
        within("object.definition", {"extensions": {"e": 1}}),
        "$.object.definition.extensions",
        "iri",
    ),
    "a result's extension that is no IRI": (
        within("result.extensions", {"e": 1}),
        "$.result.extensions",
        "iri",
    ),
    "too deep an extension": (
        within("context.extensions", {"https://example.org/e": TOO_DEEP}),
        "$.context.extensions",
        "depth",
    ),
    "an unknown interaction": (
        within("object.definition", {"interactionType": "essay"}),
        "$.object.definition.interactionType",
        "choice",
    ),
    "a pattern without interaction": (
        within("object.definition", {"correctResponsesPattern": ["a"]}),
        "$.object.definition.correctResponsesPattern",
        "interaction-type",
    ),
    "a scale for a choice": (
        within("object.definition", {"interactionType": "choice", "scale": [{"id": "a"}]}),
        "$.object.definition.scale",
        "interaction-component",
    ),
    "choices without interaction": (
        within("object.definition", {"choices": [{"id": "a"}]}),
        "$.object.definition.choices",
        "interaction-component",
    ),
    "a component twice": (
        within("object.definition", {"interactionType": "likert", "scale": [{"id": "a"}, {"id": "a"}]}),
        "$.object.definition.scale",
        "component-id",
    ),
    "a component without id": (
        within("object.definition", {"interactionType": "performance", "steps": [{"id": ""}]}),
        "$.object.definition.steps[0].id",
        "component-id",
    ),
    "a component in no language": (
        within(
            "object.definition",
            {"interactionType": "performance", "steps": [{"id": "a", "description": {"?": "x"}}]},
        ),
        "$.object.definition.steps[0].description",
        "language",
    ),
    "a scaled score above 1": (
        within("result.score", {"scaled": 1.5}),
        "$.result.score.scaled",
        "score-range",
    ),
    "a score above its maximum": (
        within("result.score", {"raw": 11, "max": 10}),
        "$.result.score.raw",
        "score-range",
    ),
    "a score below its minimum": (
        within("result.score", {"raw": -1, "min": 0}),
        "$.result.score.raw",
        "score-range",
    ),
    "a minimum above the maximum": (
        within("result.score", {"min": 10, "max": 10}),
        "$.result.score.min",
        "score-range",
    ),
    "a negative duration": (within("result.duration", "P-1D"), "$.result.duration", "duration"),
    "an empty duration": (within("result.duration", "P"), "$.result.duration", "duration"),
    "an empty time of a duration": (within("result.duration", "P1DT"), "$.result.duration", "duration"),
    "weeks and days": (within("result.duration", "P1W2D"), "$.result.duration", "duration"),
    "a fraction before the last part": (
        within("result.duration", "PT1.5H2M"),
        "$.result.duration",
        "duration",
    ),
    "a time without zone": (statement(timestamp="2024-05-01T10:00:00"), "$.timestamp", "timestamp"),
    "a time of unknown zone": (statement(timestamp="2024-05-01T10:00:00-00:00"), "$.timestamp", "timestamp"),
    "an offset without colon": (statement(timestamp="2024-05-01T10:00:00+0200"), "$.timestamp", "timestamp"),
    "a space for a T": (statement(timestamp="2024-05-01 10:00:00Z"), "$.timestamp", "timestamp"),
    "midnight as 24": (statement(timestamp="2024-05-01T24:00:00Z"), "$.timestamp", "timestamp"),
    "a day that never was": (statement(timestamp="2024-02-30T10:00:00Z"), "$.timestamp", "timestamp"),
    "a date": (statement(timestamp="2024-05-01"), "$.timestamp", "timestamp"),
    "stored at an unknown zone": (statement(stored="2024-05-01T10:00:00-00:00"), "$.stored", "timestamp"),
    "a version of another family": (statement(version="2.0.0"), "$.version", "version"),
    "a version that only looks so": (statement(version="1.01"), "$.version", "version"),
    "a revision of an agent": (
        statement(object=AGENT | {"objectType": "Agent"}, context={"revision": "1"}),
        "$.context.revision",
        "activity-only",
    ),
    "a platform of a reference": (
        statement(object=REF, context={"platform": "Slack"}),
        "$.context.platform",
        "activity-only",
    ),
    "a language that is none": (within("context.language", "english!"), "$.context.language", "language"),
    "a team of one agent": (within("context.team", AGENT), "$.context.team", "group"),
    "an instructor without identifier": (
        within("context.instructor", {"name": "Someone"}),
        "$.context.instructor",
        "one-identifier",
    ),
    "a statement that is no reference": (
        within("context.statement", {"id": REF["id"]}),
        "$.context.statement",
        "missing-property",
    ),
    "text for related activities": (
        within("context.contextActivities", "oops"),
        "$.context.contextActivities",
        "type",
    ),
    "a related activity that is no IRI": (
        within("context.contextActivities", {"other": [ACTIVITY, {"id": "b"}]}),
        "$.context.contextActivities.other[1].id",
        "iri",
    ),
    "a lone related activity that is no IRI": (
        within("context.contextActivities", {"parent": {"id": "b"}}),
        "$.context.contextActivities.parent.id",
        "iri",
    ),
    "an unknown relation": (
        within("context.contextActivities", {"sibling": [ACTIVITY]}),
        "$.context.contextActivities",
        "unknown-property",
    ),
    "a voiding of an activity": (
        statement(verb={"id": "http://adlnet.gov/expapi/verbs/voided"}),
        "$.object",
        "voided-reference",
    ),
    "an authority without identifier": (statement(authority={"name": "x"}), "$.authority", "one-identifier"),
    "an authority of three": (
        statement(authority={"objectType": "Group", "member": [AGENT, ACCOUNT, AGENT]}),
        "$.authority",
        "authority-group",
    ),
    "an identified group as authority": (
        statement(authority=ACCOUNT | {"objectType": "Group", "member": [AGENT, AGENT]}),
        "$.authority",
        "authority-group",
    ),
    "a sub-statement with an id": (
        statement(object=SUB | {"id": REF["id"]}),
        "$.object",
        "unknown-property",
    ),
    "a sub-statement with an authority": (
        statement(object=SUB | {"authority": AGENT}),
        "$.object",
        "unknown-property",
    ),
    "a sub-statement in a sub-statement": (
        statement(object=SUB | {"object": SUB}),
        "$.object.object.objectType",
        "choice",
    ),
    "a broken actor in a sub-statement": (
        statement(object=SUB | {"actor": {"mbox": "x"}}),
        "$.object.actor.mbox",
        "mailbox",
    ),
    "a broken time in a sub-statement": (
        statement(object=SUB | {"timestamp": "2024-05-01T10:00:00-00:00"}),
        "$.object.timestamp",
        "timestamp",
    ),
    "a broken registration in a sub-statement": (
        statement(object=SUB | {"context": {"registration": "6ba7b8109dad41d180b400c04fd430c8"}}),
        "$.object.context.registration",
        "uuid",
    ),
    "a platform in a sub-statement about a reference": (
        statement(object=SUB | {"object": REF, "context": {"platform": "Slack"}}),
        "$.object.context.platform",
        "activity-only",
    ),
    "an attachment of no type": (
        statement(attachments=[ATTACHMENT | {"contentType": "text"}]),
        "$.attachments[0].contentType",
        "media-type",
    ),
    "an attachment with a short hash": (
        statement(attachments=[ATTACHMENT, ATTACHMENT | {"sha2": "00"}]),
        "$.attachments[1].sha2",
        "sha2",
    ),
    "an attachment of negative length": (
        statement(attachments=[ATTACHMENT | {"length": -1}]),
        "$.attachments[0].length",
        "length",
    ),
    "an attachment without display": (
        statement(attachments=[{name: ATTACHMENT[name] for name in ATTACHMENT if name != "display"}]),
        "$.attachments[0]",
        "missing-property",
    ),
    "an attachment for nothing": (
        statement(attachments=[ATTACHMENT | {"usageType": "x"}]),
        "$.attachments[0].usageType",
        "iri",
    ),
    "an attachment nowhere": (
        statement(attachments=[ATTACHMENT | {"fileUrl": "x y"}]),
        "$.attachments[0].fileUrl",
        "iri",
    ),
}

MALFORMED = {
    "a key twice": (b'{"actor":{},"actor":{}}', "duplicate-key"),
    "a key twice in another spelling": (b'{"actor":{},"\\u0061ctor":{}}', "duplicate-key"),
    "a key twice within an extension": (b'{"extensions":{"a":{"b":1,"b":1}}}', "duplicate-key"),
    "NaN": (b'{"result":{"score":{"raw":NaN}}}', "number"),
    "infinity": (b'{"result":{"score":{"raw":-Infinity}}}', "number"),
    "a lone surrogate": (b'{"name":"\\ud800"}', "surrogate"),
    "a lone trailing surrogate": (b'{"name":"\\udc00 and more"}', "surrogate"),
    "bytes that are no UTF-8": (b'{"name":"\xff"}', "utf-8"),
    "a surrogate in UTF-8": (b'{"name":"\xed\xa0\x80"}', "utf-8"),
    "great depth": (b"[" * 100_000 + b"]" * 100_000, "depth"),
    "great depth, never closed": (b'{"a":' * 100_000, "depth"),
    "too much": (b'{"name":"' + b"x" * (1024 * 1024) + b'"}', "size"),
    "a cut text": (b'{"actor":', "json"),
    "nothing": (b"", "json"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "json"),
    "something behind": (b"{} {}", "json"),
    "a control character": (b'{"name":"\x01"}', "json"),
    "a leading zero": (b'{"length":01}', "json"),
    "a bare fraction": (b'{"raw":.5}', "json"),
    "an unfinished fraction": (b'{"raw":1.}', "json"),
    "a plus": (b'{"raw":+1}', "json"),
    "a comma too many": (b'{"raw":1,}', "json"),
    "single quotes": (b"{'raw':1}", "json"),
    "a comment": (b'{"raw":1 /* one */}', "json"),
}

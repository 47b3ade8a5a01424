"""What a valid statement is, rule by rule, each with its path."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from tests.xapi.records import approval, approvals
from xapi.errors import InvalidStatement
from xapi.lrs.train import corpus
from xapi.model import Activity, Actor, StatementRef, SubStatement
from xapi.validate import validate, validate_batch

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


def check(document: Any) -> Any:
    return validate(msgspec.json.encode(document))


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
    "a team of one agent": (within("context.team", AGENT), "$.context.team", "team-group"),
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


@pytest.mark.parametrize("document", VALID.values(), ids=VALID.keys())
def test_a_valid_statement_is_accepted(document: Any) -> None:
    check(document)


@pytest.mark.parametrize(("document", "path", "rule"), INVALID.values(), ids=INVALID.keys())
def test_an_invalid_statement_is_refused_with_path_and_rule(document: Any, path: str, rule: str) -> None:
    with pytest.raises(InvalidStatement) as caught:
        check(document)
    assert (caught.value.path, caught.value.rule) == (path, rule)


@pytest.mark.parametrize(("raw", "rule"), MALFORMED.values(), ids=MALFORMED.keys())
def test_malformed_json_is_refused_by_name(raw: bytes, rule: str) -> None:
    with pytest.raises(InvalidStatement) as caught:
        validate(raw)
    assert (caught.value.path, caught.value.rule) == ("$", rule)


@pytest.mark.parametrize(
    "value",
    [
        b".5",
        b"1.",
        b"+1",
        b"01",
        b"-",
        b"1e",
        b"NaN",
        b"Infinity",
        b"'x'",
        b'"\x01"',
        b'"\xff"',
        b"tru",
        b"[1,]",
        b"{",
        b"",
        rb'"\ud800"',
        rb'"\x"',
        b"1 2",
    ],
)
def test_malformed_json_is_refused_in_the_middle_of_a_valid_statement(value: bytes) -> None:
    whole = msgspec.json.encode(within("context.extensions", {"https://example.org/e": 0}))
    with pytest.raises(InvalidStatement) as caught:
        validate(whole.replace(b'/e":0', b'/e":' + value))
    assert caught.value.rule in ("json", "number", "utf-8", "surrogate")


def test_a_number_no_float_can_hold_is_refused() -> None:
    raw = msgspec.json.encode(within("result.score", {"raw": 1})).replace(b'"raw":1', b'"raw":1E400')
    with pytest.raises(InvalidStatement) as caught:
        validate(raw)
    assert (caught.value.path, caught.value.rule) == ("$.result.score.raw", "number")


def test_a_number_no_float_can_hold_is_refused_in_an_extension_too() -> None:
    document = msgspec.json.encode(within("context.extensions", {"https://example.org/e": 0}))
    with pytest.raises(InvalidStatement, match="number"):
        validate(document.replace(b'/e":0', b'/e":1E400'))


def test_a_long_number_in_an_extension_is_nobodys_business() -> None:
    document = msgspec.json.encode(within("context.extensions", {"https://example.org/e": 0}))
    validate(document.replace(b'/e":0', b'/e":12345678901234567890.12345'))


def test_the_view_is_typed_by_the_kind_of_object() -> None:
    assert isinstance(check(statement()).object, Activity)
    assert isinstance(check(statement(object=REF)).object, StatementRef)
    assert isinstance(check(statement(object=GROUP)).object, Actor)
    told = check(statement(object=SUB | {"object": REF})).object
    assert isinstance(told, SubStatement)
    assert isinstance(told.object, StatementRef)


def test_no_error_quotes_what_somebody_wrote() -> None:
    for document, _, _ in INVALID.values():
        with pytest.raises(InvalidStatement) as caught:
            check(document)
        assert "Someone" not in str(caught.value)
        assert "example.org" not in str(caught.value)


def test_our_own_statements_and_those_of_others_are_valid() -> None:
    checked = [validate(raw) for raw in corpus()]
    assert len(checked) > 1000


def test_a_batch_keeps_the_bytes_of_each_statement() -> None:
    one, two = (built.raw for built in approvals(2))
    spaced = b'{ "version": "1.0.3" ,' + two[1:]
    checked = validate_batch(b"[" + one + b" ,\n" + spaced + b"]")
    assert [raw for raw, _ in checked] == [one, spaced]
    assert checked[1][1].version == "1.0.3"


def test_a_lone_statement_is_a_batch_of_one() -> None:
    built = approval(1)
    assert [raw for raw, _ in validate_batch(built.raw)] == [built.raw]


def test_a_batch_names_the_index_of_a_broken_statement() -> None:
    with pytest.raises(InvalidStatement) as caught:
        validate_batch(msgspec.json.encode([statement(), statement(actor={"mbox": "x"})]))
    assert (caught.value.path, caught.value.rule) == ("$[1].actor.mbox", "mailbox")


def test_an_id_used_twice_in_a_batch_is_refused() -> None:
    with pytest.raises(InvalidStatement) as caught:
        validate_batch(b"[" + approval(1).raw + b"," + approval(1).raw + b"]")
    assert (caught.value.path, caught.value.rule) == ("$[1].id", "repeated-id")


def test_statements_without_ids_are_no_repeats() -> None:
    assert len(validate_batch(msgspec.json.encode([statement(), statement()]))) == 2


def test_one_statement_of_a_batch_is_held_to_its_own_size() -> None:
    long = within("context.platform", "x" * 1024 * 1024)
    with pytest.raises(InvalidStatement) as caught:
        validate_batch(msgspec.json.encode([statement(), long]))
    assert (caught.value.path, caught.value.rule) == ("$[1]", "size")


def test_a_key_that_stands_twice_is_found_wherever_it_stands() -> None:
    """One pair after another is doubled in an otherwise valid statement, near and far from its twin."""
    whole = msgspec.json.encode(
        statement(
            actor=GROUP,
            verb=VERB | {"display": {"en": "did"}},
            context={
                "registration": REF["id"],
                "contextActivities": {"parent": [ACTIVITY]},
                "extensions": {"https://example.org/e": {"a": [{"b": 1}]}},
            },
            timestamp="2024-05-01T10:00:00+02:00",
        )
    )
    validate(whole)
    pairs = [match.start() for match in re.finditer(rb'"[^"]+":', whole)]
    assert len(pairs) == 20
    for start in pairs:
        end = _end_of_pair(whole, start)
        pair = whole[start:end]
        for doubled in (pair + b"," + pair, pair + b" , " + pair.replace(b'":', b'" : ', 1)):
            with pytest.raises(InvalidStatement, match="duplicate-key"):
                validate(whole[:start] + doubled + whole[end:])


def _end_of_pair(raw: bytes, start: int) -> int:
    """Where the value of the pair at `start` ends."""
    value = raw.index(b'":', start) + 2
    for end in range(value + 1, len(raw) + 1):
        try:
            msgspec.json.decode(raw[value:end])
        except msgspec.DecodeError:
            continue
        if raw[end : end + 1] in (b",", b"}"):
            return end
    raise AssertionError(raw[start:])


@given(st.data())
def test_a_doubled_pair_is_never_hidden_by_another_spelling(data: st.DataObject) -> None:
    """Whatever else is respelled: escapes, offsets, numbers, white space."""
    raw = msgspec.json.encode(
        statement(
            verb=VERB | {"display": {"en": "did"}},
            result={"score": {"raw": 1}},
            timestamp="2024-05-01T10:00:00Z",
        )
    )
    for plain, others in RESPELLED.items():
        assert plain in raw
        raw = raw.replace(plain, data.draw(st.sampled_from([plain, *others])))
    validate(raw)
    with pytest.raises(InvalidStatement, match="duplicate-key"):
        validate(raw.replace(b'"result":{', b'"result":{' + data.draw(st.sampled_from(TWICE))))


RESPELLED = {
    b'"timestamp":"2024-05-01T10:00:00Z"': [
        b'"timestamp":"2024-05-01T12:00:00+02:00"',
        b'"timestamp" :"2024-05-01T10:00:00.5Z"',
    ],
    b'"raw":1': [b'"raw":1E0', b'"raw": 1.00', rb'"r\u0061w":1'],
    b'"en":"did"': [rb'"en":"\u0022did\u0022:"', b'"en":":did:"', b'"en":""'],
    b'"id":"https://example.org/a"': [rb'"id":"https:\/\/example.org/a"', '"id":"tag:ä"'.encode()],
}
TWICE = [
    b'"success":true,"success":true,',
    b'"response":":","response":"",',
    rb'"success":true, "\u0073uccess":false,',
]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(JSON)
def test_no_json_makes_the_validator_fail_otherwise(document: Any) -> None:
    raw = msgspec.json.encode(document)
    with pytest.raises(InvalidStatement):
        validate(raw)


@given(st.sampled_from(sorted(statement())), JSON)
def test_no_part_makes_the_validator_fail_otherwise(part: str, value: Any) -> None:
    try:
        view = check(statement(**{part: value}) | {part: value})
    except InvalidStatement:
        return
    assert view.id is UNSET


@given(st.binary(max_size=200))
def test_no_bytes_make_the_validator_fail_otherwise(raw: bytes) -> None:
    with pytest.raises(InvalidStatement):
        validate(raw)

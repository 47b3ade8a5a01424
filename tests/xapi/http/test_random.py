"""Random statements go in and come back as they were, through every filter; with one fault they are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.xapi.faulty import faulty_statements
from tests.xapi.http.running import Client
from tests.xapi.strategies import VERSIONS, Document, documents, spell, spellings
from xapi.canonical import same
from xapi.lrs.links import identity_of
from xapi.model import Activity, Version
from xapi.validate import read

EITHER = pytest.mark.parametrize("version", VERSIONS)
SOME = settings(
    max_examples=12,
    phases=[Phase.generate],
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
MANY = settings(SOME, max_examples=300)
_members = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@st.composite
def sendable(draw: st.DrawFn, version: Version) -> tuple[UUID, bytes]:
    """A valid statement under a new id, with all its files elsewhere."""
    key = uuid4()
    document: Document = draw(documents(version)) | {"id": str(key)}
    for holder in (document, document["object"]):
        for attachment in holder.get("attachments", []):
            attachment["fileUrl"] = "https://example.org/file"
    return key, spell(document, draw(spellings()))


def check_return(client: Client, key: UUID, raw: bytes) -> None:
    """It comes back by its id, by every term it is about, and by its time of storing."""
    reply = client.post(raw)
    assert (reply.status, reply.json) == (200, [str(key)]), reply.body
    found = client.get(statementId=str(key))
    assert found.status == 200
    check_equal(raw, found.body)
    for asked in questions(raw, found.json["stored"]):
        page = client.get(limit="1", **asked)
        assert page.status == 200, asked
        shown = msgspec.json.decode(page.body, type=dict[str, msgspec.Raw])["statements"]
        assert bytes(shown) == b"[" + found.body + b"]", asked
    for shape in ("ids", "canonical"):
        assert client.get(statementId=str(key), format=shape).status == 200
    assert client.post(found.body).status == 200


def check_equal(sent: bytes, shown: bytes) -> None:
    """Every member is the same bytes; a related activity that stood alone is in a list now."""
    before, after = _members(sent), _members(shown)
    assert same(sent, msgspec.json.encode({name: after[name] for name in before}))
    for name in before.keys() - {"stored", "authority", "context", "object"}:
        assert bytes(after[name]) == bytes(before[name]), name


def questions(raw: bytes, stored: str) -> Iterator[dict[str, str]]:
    """What the statement is an answer to."""
    view = read(raw)
    yield {"verb": view.verb.id}
    yield {"until": stored}
    if isinstance(view.object, Activity):
        yield {"activity": view.object.id}
        yield {"activity": view.object.id, "verb": view.verb.id, "related_activities": "true"}
    if identity_of(view.actor):
        agent = msgspec.json.decode(msgspec.json.encode(view.actor))
        asked = {"agent": json.dumps({name: agent[name] for name in agent if name not in ("name", "member")})}
        yield asked
        yield asked | {"related_agents": "true"}
    if view.context and view.context.registration:
        yield {"registration": str(view.context.registration)}


def check_refusal(client: Client, fault: tuple[bytes, str]) -> None:
    """It is refused with the path of its fault, and nothing is stored."""
    raw, path = fault
    reply = client.post(raw)
    assert (reply.status, reply.json["path"]) == (400, path)


@EITHER
@SOME
@given(data=st.data())
def test_a_valid_statement_comes_back_through_every_filter(
    client: Client, version: Version, data: st.DataObject
) -> None:
    check_return(client.speaking(version), *data.draw(sendable(version)))


@pytest.mark.proof
@EITHER
@MANY
@given(data=st.data())
def test_hundreds_of_valid_statements_come_back_through_every_filter(
    client: Client, version: Version, data: st.DataObject
) -> None:
    check_return(client.speaking(version), *data.draw(sendable(version)))


@EITHER
@SOME
@given(data=st.data())
def test_a_fault_is_refused_with_its_path(client: Client, version: Version, data: st.DataObject) -> None:
    check_refusal(client.speaking(version), data.draw(faulty_statements(version)))


@pytest.mark.proof
@EITHER
@MANY
@given(data=st.data())
def test_hundreds_of_faults_are_refused_with_their_path(
    client: Client, version: Version, data: st.DataObject
) -> None:
    check_refusal(client.speaking(version), data.draw(faulty_statements(version)))


@EITHER
@settings(SOME, max_examples=40)
@given(
    body=st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    ).map(lambda value: json.dumps(value).encode())
)
def test_whatever_is_sent_the_answer_is_no_fault_of_ours(
    client: Client, version: Version, body: bytes
) -> None:
    assert client.speaking(version).post(body).status in (400, 413)

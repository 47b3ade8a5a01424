"""Which statements a target gets, and in which family of xAPI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
import pytest

from tests.servers import Reply, WebServer
from tests.xapi.forwarding.conftest import Sender
from tests.xapi.forwarding.peer import Peer, told
from tests.xapi.records import BRIDGE, CURATOR, NOW, approval, approvals, uuid_of
from xapi import statements as say
from xapi.forwarding import Filter, dead_letters, replay
from xapi.lrs.http.multipart import media_type, parse
from xapi.lrs.store import Prepared, prepare
from xapi.model import Actor
from xapi.statements import Built
from xapi.vocabulary import activity_streams


def voiding(statement: Built, event: str = "undone") -> Built:
    return say.voided(BRIDGE, statement.id, event=event, by=CURATOR, at=NOW)


def rejection(number: int) -> Built:
    item = BRIDGE.item(uuid_of(f"item {number}"), "video", "YouTube")
    return say.rejected(
        BRIDGE, item, decision=uuid_of(f"no {number}"), by=BRIDGE.machine("policy:test"), at=NOW,
        method="policy:test", reason="too-short",
    )  # fmt: skip


FILTERS: list[tuple[dict[str, Any], list[int]]] = [
    ({}, [0, 1, 2, 3]),
    ({"verbs": frozenset({activity_streams.REJECTED.id})}, [2, 3]),
    ({"activities": frozenset({BRIDGE.item(uuid_of("item 1"), "video", "YouTube").activity.id})}, [0, 2]),
    ({"activities": frozenset({BRIDGE.competency("c-1").id})}, [0, 1]),
    ({"agents": (CURATOR,)}, [0, 1]),
    ({"agents": (BRIDGE.machine("policy:test"),), "verbs": frozenset({activity_streams.APPROVED.id})}, []),
]


@pytest.mark.parametrize(("conditions", "expected"), FILTERS)
def test_a_target_gets_what_its_filter_admits(
    sender: Sender, peer: Peer, conditions: dict[str, Any], expected: list[int]
) -> None:
    ids = sender.record([approval(1), approval(2), rejection(1), rejection(2)])
    sender.run(replace(sender.target, filter=Filter(**conditions)))
    assert peer.arrived == [ids[place] for place in expected]
    assert sender.standing().behind == 0


def test_only_our_own_statements_are_those_we_vouch_for(sender: Sender, peer: Peer) -> None:
    ours = sender.record(approvals(2))
    sender.record(approvals(2, first=20), authority=BRIDGE.machine("somebody-else"))
    named = BRIDGE.machine("gleanery")
    own = Actor(account=named.account, name="under another name")
    sender.run(replace(sender.target, filter=Filter(authority=own)))
    assert peer.arrived == ours


def test_what_was_stored_before_a_time_stays_here(sender: Sender, peer: Peer) -> None:
    sender.record(approvals(2))
    since = sender.clock.now + timedelta(seconds=1)
    sender.clock.move(timedelta(seconds=2))
    later = sender.record(approvals(2, first=20))
    sender.run(replace(sender.target, filter=Filter(since=since)))
    assert peer.arrived == later


def test_a_narrow_filter_gets_through_a_long_record(sender: Sender, peer: Peer) -> None:
    for start in range(0, 1200, 400):
        sender.record(approvals(400, first=start + 1))
    [wanted] = sender.record([rejection(1)])
    only = Filter(verbs=frozenset({activity_streams.REJECTED.id}))
    assert sender.run(replace(sender.target, filter=only)).forwarded == 1
    assert peer.arrived == [wanted]


# --------------------------------------------------------------------------- voiding


def test_a_voiding_statement_goes_where_its_target_went_whatever_the_filter(
    sender: Sender, peer: Peer
) -> None:
    only = replace(sender.target, filter=Filter(verbs=frozenset({activity_streams.REJECTED.id})))
    kept, sent = approval(1), rejection(1)
    sender.record([kept, sent])
    sender.run(only)
    voids = sender.record([voiding(kept), voiding(sent)])
    sender.run(only)
    assert peer.arrived == [str(sent.id), voids[1]]


def test_what_was_taken_back_before_it_left_stays_here(sender: Sender, peer: Peer) -> None:
    statements = approvals(3)
    sender.record([*statements, voiding(statements[1])])
    sender.run()
    assert peer.arrived == [str(statements[0].id), str(statements[2].id)]
    assert sender.standing().behind == 0


def test_a_voiding_statement_is_sent_again_with_a_replay(sender: Sender, peer: Peer) -> None:
    one, other = approvals(2)
    sender.record([one, other])
    sender.run()
    [void] = sender.record([voiding(one)])
    sender.run()
    with sender.database.write() as connection:
        replay(connection, "peer", 1)
    peer.held.pop(void)
    peer.arrived.clear()
    sender.run()
    assert peer.arrived == [void]


def test_a_refused_statement_is_not_voided_at_the_target(sender: Sender, peer: Peer) -> None:
    one, other = approvals(2)
    peer.poison = {str(one.id)}
    sender.record([one, other])
    sender.run()
    sender.record([voiding(one)])
    sender.run()
    assert peer.arrived == [str(other.id)]


# --------------------------------------------------------------------------- families


@pytest.fixture
def elder(web_server: WebServer) -> Iterator[Peer]:
    """A target that speaks xAPI 1.0.3 and nothing else."""
    made = Peer(web_server, versions=("1.0.0", "1.0.3"))
    yield made
    made.released.set()


@pytest.fixture
def younger(web_server: WebServer) -> Iterator[Peer]:
    """A target that speaks xAPI 2.0 and nothing else."""
    made = Peer(web_server, versions=("2.0.0",))
    yield made
    made.released.set()


def test_the_target_is_asked_once_what_it_speaks(sender: Sender, peer: Peer) -> None:
    asked: list[str] = []
    peer.fault = lambda request: asked.append(request.path)
    for number in range(3):
        sender.record(approvals(1, first=number * 10 + 1))
        sender.run()
    assert asked == ["/xapi/about", *["/xapi/statements"] * 3]
    assert sender.standing().speaks == "1.0.3,2.0.0"
    sender.clock.move(timedelta(days=1))
    sender.record(approvals(1, first=90))
    sender.run()
    assert asked.count("/xapi/about") == 2


def test_a_target_without_about_is_spoken_to_by_the_first_family(
    sender: Sender, web_server: WebServer
) -> None:
    peer = Peer(web_server)
    peer.fault = lambda request: Reply(404) if request.path.endswith("about") else None
    sender.record(approvals(1))
    assert sender.run().forwarded == 1
    assert sender.standing().speaks == "1.0.3"


def test_an_address_that_is_no_record_store_is_told(sender: Sender, web_server: WebServer) -> None:
    web_server.reply("/xapi/about", '{"name": "something else"}')
    sender.record(approvals(1))
    assert "endpoint" in sender.run().fault
    assert sender.standing().settled == 0


def modern(number: int) -> bytes:
    """A statement of 2.0 that no 1.0.3 can say."""
    agent = {"objectType": "contextAgent", "agent": msgspec.to_builtins(CURATOR)}
    statement = msgspec.json.decode(approval(number).raw)
    statement["context"]["contextAgents"] = [agent]
    return msgspec.json.encode(statement)


def test_each_family_travels_under_its_own_version_in_the_order_of_the_record(
    sender: Sender, peer: Peer
) -> None:
    first = prepare(approval(1))
    second = prepare(modern(2), "2.0.0")
    third, fourth = prepare(modern(3), "2.0.0"), prepare(approval(4))
    ids = sender.record([first, second, third, fourth])
    sender.run()
    assert peer.arrived == ids
    sent = [(one.headers["x-experience-api-version"], len(told(one))) for one in peer.bodies]
    assert sent == [("1.0.3", 1), ("2.0.0", 2), ("1.0.3", 1)]


def test_what_1_0_3_cannot_say_is_put_aside_and_never_cut_down(sender: Sender, elder: Peer) -> None:
    ids = sender.record([prepare(modern(1), "2.0.0"), prepare(approval(2)), prepare(modern(3), "2.0.0")])
    report = sender.run()
    assert (report.forwarded, report.dead, report.fault) == (1, 2, "")
    assert elder.arrived == [ids[1]]
    with sender.database.read() as connection:
        letters = dead_letters(connection, "peer")
    assert [one.status for one in letters] == [0, 0]
    assert "contextAgents" in letters[0].reason


def test_what_is_put_aside_is_told_once_however_often_what_stands_beside_it_is_tried(
    sender: Sender, elder: Peer
) -> None:
    sender.record([prepare(modern(1), "2.0.0"), prepare(approval(2))])
    elder.fault = lambda request: Reply(503) if request.method == "POST" else None
    assert [sender.run(urged=True).dead for _ in range(3)] == [1, 0, 0]


def test_a_plain_statement_of_2_0_goes_to_an_elder_target_as_one_of_1_0_3(
    sender: Sender, elder: Peer
) -> None:
    digits = b'{"https://example.org/x":12345678901234567890.123450}'
    raw = approval(1).raw.replace(b'"result":{', b'"version":"2.0.0","result":{"extensions":%s,' % digits)
    ids = sender.record([prepare(raw, "2.0.0")])
    sender.run()
    assert elder.arrived == ids
    assert elder.bodies[0].headers["x-experience-api-version"] == "1.0.3"
    assert digits in elder.bodies[0].body
    assert told(elder.bodies[0])[0]["version"] == "1.0.3"


def test_a_statement_of_1_0_3_goes_to_a_younger_target_as_one_of_2_0(sender: Sender, younger: Peer) -> None:
    ids = sender.record(approvals(2))
    sender.run()
    assert younger.arrived == ids
    assert younger.bodies[0].headers["x-experience-api-version"] == "2.0.0"
    assert {one["version"] for one in told(younger.bodies[0])} == {"2.0.0"}


# --------------------------------------------------------------------------- attachments


def attached(number: int, *files: bytes) -> Prepared:
    """A statement with these files attached."""
    statement = msgspec.json.decode(approval(number).raw)
    statement["attachments"] = [
        {
            "usageType": "https://example.org/usage",
            "display": {"en": "A file"},
            "contentType": "application/octet-stream",
            "length": len(file),
            "sha2": sha256(file).hexdigest(),
        }
        for file in files
    ]
    found = {sha256(file).hexdigest(): ("application/octet-stream", file) for file in files}
    return prepare(msgspec.json.encode(statement), attachments=found)


EVERY_BYTE = bytes(range(256)) * 3 + b"\r\n--boundary--\r\n"


def test_attachments_travel_beside_their_statements_each_file_once(sender: Sender, peer: Peer) -> None:
    one, two, none = attached(1, EVERY_BYTE, b"notes"), attached(2, EVERY_BYTE), approval(3)
    ids = sender.record([one, two, none])
    sender.run()
    [request] = peer.bodies
    _, parameters = media_type(request.headers["content-type"])
    document, *parts = parse(request.body, parameters["boundary"])
    assert [item["id"] for item in msgspec.json.decode(document.body)] == ids
    assert {part.headers["x-experience-api-hash"]: part.body for part in parts} == {
        sha256(file).hexdigest(): file for file in (EVERY_BYTE, b"notes")
    }
    assert len(parts) == 2


def test_a_batch_is_measured_with_its_attachments(sender: Sender, peer: Peer) -> None:
    ids = sender.record([attached(number, bytes([number]) * 3000) for number in range(1, 6)])
    sender.run(replace(sender.target, most_bytes=10_000))
    assert peer.arrived == ids
    assert [len(told(one)) for one in peer.bodies] == [2, 2, 1]

"""After an erasure: who may still hold it, and taking it back there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from tests.servers import Received, Reply, free_port
from tests.xapi.forwarding.conftest import Sender
from tests.xapi.forwarding.peer import TIMEOUT, Peer, told
from tests.xapi.records import AUTHORITY, BRIDGE, approval, approvals
from xapi.forwarding import Direct, Forwarder, Holder, dead_letters, holders, replay, take_back
from xapi.lrs.database import Database
from xapi.lrs.store import StatementStore
from xapi.vocabulary import adl


def taken_back(sender: Sender, *ids: str) -> list[Holder]:
    """Take statements back from wherever they went."""
    with sender.database.write() as connection:
        return take_back(
            connection,
            [UUID(one) for one in ids],
            bridge=BRIDGE,
            by=BRIDGE.machine("house"),
            authority=AUTHORITY,
            event="erasure 1",
            at=sender.clock.now,
        )


def test_what_was_forwarded_is_voided_there_and_the_holders_are_named(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(4))
    sender.run()
    assert taken_back(sender, ids[1], ids[2]) == [Holder("peer", (UUID(ids[1]), UUID(ids[2])))]
    sender.run()
    voids = told(peer.bodies[-1])
    assert {one["verb"]["id"] for one in voids} == {adl.VOIDED.id}
    assert {one["object"]["id"] for one in voids} == {ids[1], ids[2]}


def test_what_never_left_needs_no_voiding(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(3))
    assert taken_back(sender, *ids) == []
    assert sender.standing().behind == 3


def test_taking_back_twice_changes_nothing(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(2))
    sender.run()
    assert taken_back(sender, ids[0]) == taken_back(sender, ids[0])
    sender.run()
    assert len(peer.arrived) == 3


def test_what_was_under_way_when_it_was_erased_counts_as_held(sender: Sender, peer: Peer) -> None:
    """The answer is lost and nobody knows whether it arrived: so it is taken back."""
    ids = sender.record(approvals(2))
    found: list[Holder] = []

    def erased_meanwhile(request: Received) -> Reply | None:
        if request.method == "POST":
            found.extend(taken_back(sender, ids[0]))
        return None

    peer.fault = erased_meanwhile
    sender.run()
    assert found[0] == Holder("peer", (UUID(ids[0]),))


def test_each_target_is_asked_for_itself(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(2))
    peer.poison = {ids[0]}
    sender.run()
    nowhere = replace(
        sender.target, name="nowhere", endpoint=f"http://127.0.0.1:{free_port()}", version="1.0.3"
    )
    sender.run(nowhere)
    with sender.database.read() as connection:
        found = {one.target: one.ids for one in holders(connection, [UUID(one) for one in ids])}
    both = tuple(UUID(one) for one in ids)
    assert found == {"peer": (UUID(ids[1]),), "nowhere": both}


def test_what_was_refused_is_forgotten(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(2))
    peer.poison = {ids[0]}
    sender.run()
    taken_back(sender, ids[0])
    with sender.database.read() as connection:
        assert dead_letters(connection, "peer") == []


def test_what_was_erased_before_it_left_stays_here_and_blocks_nothing(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(4))
    gone = [UUID(ids[1]), UUID(ids[3])]
    with sender.database.write() as connection:
        StatementStore(connection).erase(
            gone, reason="request", by=BRIDGE.machine("house"), at=sender.clock.now
        )
    sender.run()
    assert peer.arrived[:2] == [ids[0], ids[2]]
    assert not {ids[1], ids[3]} & set(peer.arrived)
    assert sender.standing().behind == 0


def test_after_an_erasure_the_target_still_gets_the_voiding(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(2))
    sender.run()
    with sender.database.write() as connection:
        store = StatementStore(connection)
        store.erase([UUID(ids[0])], reason="request", by=BRIDGE.machine("house"), at=sender.clock.now)
    assert taken_back(sender, ids[0]) == [Holder("peer", (UUID(ids[0]),))]
    sender.run()
    voids = [one for one in told(peer.bodies[-1]) if one["verb"]["id"] == adl.VOIDED.id]
    assert [one["object"]["id"] for one in voids] == [ids[0]]
    with sender.database.read() as connection:
        assert StatementStore(connection).index_fault() is None


class Meanwhile:
    """A record in which something happens once, just after the first reading that found statements to send."""

    def __init__(self, database: Database, act: Callable[[], object]) -> None:
        self._database, self._act = database, act
        self.write = database.write

    @contextmanager
    def read(self) -> Iterator[Any]:
        with self._database.read() as connection:
            yield connection
        act, self._act = self._act, lambda: None
        act()


def test_what_is_erased_between_reading_and_sending_does_not_leave(sender: Sender, peer: Peer) -> None:
    ids = sender.record(approvals(3))

    def erase() -> None:
        with sender.database.write() as connection:
            StatementStore(connection).erase(
                [UUID(ids[1])], reason="request", by=BRIDGE.machine("house"), at=sender.clock.now
            )

    Forwarder(Meanwhile(sender.database, erase), sender.target, Direct(TIMEOUT), now=sender.clock).run()
    assert peer.arrived[:2] == [ids[0], ids[2]]
    assert ids[1] not in peer.arrived
    assert taken_back(sender, ids[1]) == []


def test_what_is_redacted_between_reading_and_sending_leaves_without_what_was_taken_out(
    sender: Sender, peer: Peer
) -> None:
    named = approval(2).raw.replace(b'"result":{', b'"result":{"response":"Zerlina",')
    ids = sender.record([approval(1), named, approval(3)])

    def redact() -> None:
        with sender.database.write() as connection:
            StatementStore(connection).redact(
                UUID(ids[1]),
                approval(2).raw,
                reason="request",
                by=BRIDGE.machine("house"),
                at=sender.clock.now,
            )

    Forwarder(Meanwhile(sender.database, redact), sender.target, Direct(TIMEOUT), now=sender.clock).run()
    assert peer.arrived[:3] == ids
    assert not [one for one in peer.bodies if b"Zerlina" in one.body]


def test_what_was_taken_once_and_is_refused_when_it_is_sent_again_counts_as_held(
    sender: Sender, peer: Peer
) -> None:
    ids = sender.record(approvals(3))
    sender.run()
    peer.poison = {ids[1]}
    with sender.database.write() as connection:
        replay(connection, "peer", 1)
    assert sender.run().dead == 1
    assert taken_back(sender, ids[1]) == [Holder("peer", (UUID(ids[1]),))]


def test_what_may_have_arrived_and_is_refused_the_next_time_counts_as_held(
    sender: Sender, peer: Peer
) -> None:
    ids = sender.record(approvals(1))
    target = replace(sender.target, version="1.0.3")
    peer.fault = peer.lose_the_answer
    sender.run(target)
    peer.fault, peer.poison = (lambda _request: None), {ids[0]}
    assert sender.run(target, urged=True).dead == 1
    assert taken_back(sender, ids[0]) == [Holder("peer", (UUID(ids[0]),))]

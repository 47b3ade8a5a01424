"""A lease is held by one at a time, also where many ask for a new one at the same moment."""

from __future__ import annotations

import socket
import threading
from datetime import timedelta

from sqlmodel import select

from gleanery.leases import LENGTH, held
from gleanery.model.record import Lease
from gleanery.store import Store
from gleanery.testing import NOON, Clock


def test_of_many_that_ask_at_once_for_a_new_lease_one_gets_it_and_none_fails(store: Store) -> None:
    """All at the gate, ten times over: a row made twice would be an error of the database."""
    gate, done = threading.Barrier(6), threading.Barrier(6)
    holders: list[str] = []
    errors: list[Exception] = []

    def ask(name: str) -> None:
        gate.wait()
        try:
            with held(store, name, Clock()) as lease:
                if lease is not None:
                    holders.append(name)
                done.wait()  # nobody gives back before all have asked
        except Exception as error:
            errors.append(error)
            done.abort()

    for number in range(10):
        threads = [threading.Thread(target=ask, args=(f"read:{number}",)) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    assert sorted(holders) == sorted(f"read:{number}" for number in range(10))


def test_a_holder_that_cannot_be_asked_is_waited_for_two_minutes(store: Store) -> None:
    clock = Clock()
    with store.write() as session:
        elsewhere = f"not-{socket.gethostname()}:1:x"
        session.add(Lease(name="screen", holder=elsewhere, fence=1, until=NOON + LENGTH))
    clock.move(timedelta(seconds=119))
    with held(store, "screen", clock) as early:
        assert early is None
    clock.move(timedelta(seconds=1))
    with held(store, "screen", clock) as late:
        assert late is not None


def test_work_that_confirms_keeps_its_lease_for_as_long_as_it_takes(store: Store) -> None:
    clock = Clock()
    with held(store, "read:long", clock) as mine:
        assert mine is not None
        for _ in range(10):
            clock.move(timedelta(seconds=90))
            with store.write() as session:
                mine.confirm(session, clock())
        with store.read() as session:
            assert session.exec(select(Lease.until)).one() == clock() + LENGTH

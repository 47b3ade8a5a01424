"""forward(target): what the record holds is brought to the other record stores of `lrs.forward`.

How is the record library's affair (xapi/forwarding); here it gets its transactions, each under the lease, the
guarded way out, and the audit entries of what a person has to know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog

from gleanery.config import ForwardSettings, secret
from gleanery.errors import GleaneryError
from gleanery.flow.house import House
from gleanery.flow.record import STORE, driver
from gleanery.leases import Held, LeaseLost, held
from xapi import forwarding
from xapi.forwarding import (
    DeadLetter,
    Filter,
    Forwarder,
    NotAnswered,
    Reply,
    Report,
    Standing,
    Target,
)

log = structlog.get_logger()

AT_ONCE = 5000
"""Statements brought to one target before the worker turns to its other work."""


@dataclass
class ForwardReport:
    """What forwarding to one target did; `busy`: another worker is at it."""

    target: str
    report: Report
    busy: bool = False


class Outlook(NamedTuple):
    """A target as configured, and how far it is."""

    settings: ForwardSettings
    standing: Standing


def forward(house: House, name: str, most: int | None = None, *, urged: bool = False) -> ForwardReport:
    """Bring to one target what it lacks, at most about `most` statements.

    `urged`: a person wants it now, whatever went wrong before.
    """
    settings = house.config.target(name)
    told = ForwardReport(name, Report(name))
    with held(house.store, f"forward:{name}", house.now) as lease:
        if lease is None:
            told.busy = True
            return told
        forwarder = Forwarder(
            _UnderLease(house, lease), _target(house, settings), _WayOut(house), store=STORE, now=house.now
        )
        try:
            told.report = forwarder.run(most=most, urged=urged)
        except (LeaseLost, forwarding.Overtaken):
            told.busy = True
            return told
        _tell(house, told.report)
    return told


def due(house: House) -> list[str]:
    """The targets that lack something and may be tried now, but for those that are paused."""
    now = house.now()
    return [
        one.settings.name for one in outlook(house) if not one.settings.paused and one.standing.is_due(now)
    ]


def outlook(house: House) -> list[Outlook]:
    """How far every configured target is, in the order of the configuration."""
    now = house.now()
    with house.store.read() as session:
        connection = driver(session)
        return [
            Outlook(target, forwarding.standing(connection, target.name, now, store=STORE))
            for target in house.config.lrs.forward
        ]


def replay(house: House, name: str, from_seq: int, account: str) -> int:
    """Have everything from a place of the record on sent again; returns how many statements that are."""
    target = house.config.target(name).name
    with house.change() as change:
        count = forwarding.replay(driver(change.session), target, from_seq, store=STORE)
        actor = f"person:{house.person(change.session, account)}"
        change.audit("forward.replayed", actor, f"target:{target}", from_seq=from_seq, statements=count)
    return count


def replay_dead(house: House, name: str, account: str, seqs: Sequence[int] | None = None) -> int:
    """Have what the target refused sent again, all of it or these; returns how many."""
    target = house.config.target(name).name
    with house.change() as change:
        count = forwarding.replay_dead(driver(change.session), target, seqs, store=STORE)
        actor = f"person:{house.person(change.session, account)}"
        change.audit("forward.replayed", actor, f"target:{target}", dead=count)
    return count


def dead(house: House, name: str, after_seq: int = 0, limit: int = 100) -> list[DeadLetter]:
    """What the target refused, with the reasons, in the order of the record."""
    target = house.config.target(name).name
    with house.store.read() as session:
        return forwarding.dead_letters(driver(session), target, store=STORE, after_seq=after_seq, limit=limit)


# --------------------------------------------------------------------------- what the library is given


def _target(house: House, settings: ForwardSettings) -> Target:
    """The target with its secret. Raises: ConfigError where that cannot be had."""
    where = f"lrs.forward.{settings.name}.secret"
    chosen = settings.filter
    return Target(
        name=settings.name,
        endpoint=settings.endpoint,
        key=settings.key,
        secret=secret(settings.secret, where, house.config.folder).get_secret_value(),
        version=settings.version,
        batch=settings.batch,
        most_bytes=settings.batch_bytes,
        filter=Filter(
            verbs=frozenset(chosen.verbs),
            activities=frozenset(chosen.activities),
            authority=house.bridge.machine("house") if chosen.only_own else None,
            since=chosen.since,
        ),
    )


class _UnderLease:
    """The house's two openings; what is written is written only while the lease is ours."""

    def __init__(self, house: House, lease: Held) -> None:
        self._house, self._lease = house, lease

    @contextmanager
    def read(self) -> Iterator[Any]:
        with self._house.store.read() as session:
            yield driver(session)

    @contextmanager
    def write(self) -> Iterator[Any]:
        with self._house.store.write() as session:
            self._lease.confirm(session, self._house.now())
            session.flush()
            yield driver(session)


class _WayOut:
    """The guarded session as the library wants it."""

    def __init__(self, house: House) -> None:
        self._http = house.http

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        try:
            answer = self._http.send(method, url, data=body, headers=headers)
        except GleaneryError as error:
            raise NotAnswered(str(error)) from error
        return Reply(answer.status_code, {k.lower(): v for k, v in answer.headers.items()}, answer.content)


def _tell(house: House, report: Report) -> None:
    """Log what was done, and enter what a person has to know."""
    if report.forwarded or report.dead or report.fault:
        log.info(
            "forward.done",
            target=report.target,
            forwarded=report.forwarded,
            dead=report.dead,
            fault=report.fault,
        )
    subject = f"target:{report.target}"
    if not report.dead and not report.stopped:
        return
    with house.change() as change:
        if report.dead:
            change.audit("forward.refused", "policy:forwarding", subject, statements=report.dead)
        if report.stopped:
            change.audit("forward.stopped", "policy:forwarding", subject)

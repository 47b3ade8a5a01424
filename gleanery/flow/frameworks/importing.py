"""Competency frameworks from files the organisation has, brought in once per state of the file, as versions.

A file that changed is compared with what is kept. It waits for a person where the configuration says so, and where
many competencies are missing from it: a download that broke off would retire them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session, col, select

from gleanery.config import FrameworkSettings
from gleanery.errors import BadInput, ConfigError, Denied
from gleanery.flow.frameworks import applying
from gleanery.flow.frameworks.comparing import Changed, Comparison, compare
from gleanery.flow.frameworks.reading import digest_of, reader_for
from gleanery.flow.frameworks.retiring import retire_due
from gleanery.flow.frameworks.staging import Staged, staged
from gleanery.flow.house import House
from gleanery.leases import held
from gleanery.model.frameworks import FrameworkVersion, VersionState
from gleanery.model.items import Framework
from gleanery.ports import Fault

Show = Callable[[str, int, int | None], None]

_SETTLED = (VersionState.WAITING, VersionState.REFUSED, VersionState.UNREADABLE)
_FAULTS = 100
_LOST_SHARE, _LOST_LEAST = 0.3, 10
"""From this share of those in use on, if they are this many, what a file no longer tells is not believed unasked."""


@dataclass(frozen=True)
class FrameworkReport:
    """What came of a framework's file: how many competencies it tells, and the rows that could not be read.

    `number` of its version; `held_for`: why it waits for a person, empty where it was brought in.
    """

    name: str
    competencies: int
    faults: list[Fault]
    number: int = 1
    held_for: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    changes: Sequence[Changed] = ()


def _quiet(_what: str, _done: int, _total: int | None) -> None:
    """Nobody watches."""


def import_frameworks(house: House, show: Show = _quiet) -> list[FrameworkReport]:
    """Bring in every configured framework whose file changed; what this house loaded of them is renewed.

    A file that cannot be read is reported, and not tried again until it changes.
    Raises: ConfigError where a file is not there, once the other frameworks are done.
    """
    done, missing = [], []
    try:
        for one in house.config.frameworks:
            try:
                done.append(_attempt(house, one, show))
            except ConfigError as error:
                missing.append(error)
        retire_due(house)
    finally:
        house.notice_frameworks()
    if missing:
        raise missing[0]
    return [report for report in done if report is not None]


def _attempt(house: House, settings: FrameworkSettings, show: Show) -> FrameworkReport | None:
    try:
        return _import(house, settings, show=show)
    except BadInput as error:
        return _note_unreadable(house, settings, error)


def import_framework(house: House, name: str, actor: str, show: Show = _quiet) -> FrameworkReport | None:
    """Bring in one framework as its file is now, asked by a person; None where nothing is new. Raises: BadInput."""
    try:
        return _import(house, configured(house, name), actor=actor, wanted=True, show=show)
    finally:
        house.notice_frameworks()


def preview(house: House, name: str, show: Show = _quiet) -> FrameworkReport:
    """What importing a framework's file as it is now would change; nothing is written. Raises: BadInput."""
    settings = configured(house, name)
    digest = digest_of(house, settings)
    with _read(house, settings, show) as stage, house.store.read() as session:
        found = compare(session, name, stage)
        version = _version(session, settings, digest, stage, house.now())
        return _report(version, stage, found, _doubt(session, settings, found))


def configured(house: House, name: str) -> FrameworkSettings:
    """The settings of a framework. Raises: BadInput."""
    for one in house.config.frameworks:
        if one.name == name:
            return one
    known = ", ".join(one.name for one in house.config.frameworks) or "none"
    raise BadInput(
        f"No framework named {name!r} is configured.",
        remedy=f"Configured are: {known}. Add it under `frameworks` in the configuration.",
    )


# --------------------------------------------------------------------------- one framework


def _import(
    house: House, settings: FrameworkSettings, *, actor: str = "system", wanted: bool = False, show: Show
) -> FrameworkReport | None:
    digest = digest_of(house, settings)
    if _is_settled(house, settings.name, digest, wanted):
        return None
    with held(house.store, f"framework:{settings.name}", house.now) as lease:
        if lease is None or _is_settled(house, settings.name, digest, wanted):
            return None  # another process is at it, or was first
        with _read(house, settings, show) as stage:
            with house.store.read() as session:
                found = compare(session, settings.name, stage)
                version = _version(session, settings, digest, stage, house.now())
                doubt = "" if _wanted(version, wanted) else _doubt(session, settings, found)
            if doubt:
                _hold(house, version, found, doubt)
            else:
                applying.apply(house, version, stage, found, lease, actor, show)
            return _report(version, stage, found, doubt)


def _is_settled(house: House, name: str, digest: str, wanted: bool) -> bool:
    """Whether this state of the file is in use, or waits or was refused and nobody asks for it now."""
    with house.store.read() as session:
        known = session.get(Framework, name)
        if known is not None and known.source_hash == digest:
            return True
        version = _of_digest(session, name, digest)
        return not wanted and version is not None and version.state in _SETTLED


def _wanted(version: FrameworkVersion, wanted: bool) -> bool:
    return wanted or version.state in (VersionState.WANTED, VersionState.BEGUN)


def _of_digest(session: Session, name: str, digest: str) -> FrameworkVersion | None:
    """The newest version of this state of the file that is not in use any more or yet."""
    query = (
        select(FrameworkVersion)
        .where(
            FrameworkVersion.framework == name,
            FrameworkVersion.digest == digest,
            FrameworkVersion.state != VersionState.APPLIED,
        )
        .order_by(col(FrameworkVersion.number).desc())
        .limit(1)
    )
    return session.exec(query).one_or_none()


@contextmanager
def _read(house: House, settings: FrameworkSettings, show: Show) -> Iterator[Staged]:
    """The file on a stage, whole and mended, and who read it. Raises: BadInput: nothing of it can be used."""
    reader = reader_for(settings.path)
    with staged(house.config.data / "files", settings.languages) as stage:
        told = reader.read(settings.path, settings.name, settings.language)
        for number in stage.take(told, house.now().date()):
            show(f"reading {settings.name}", number, number)
        stage.mend()
        if not stage.places:
            raise BadInput(
                f"{settings.path.name} holds no competency of the framework {settings.name}.",
                remedy="Check the file, and frameworks.languages in the configuration.",
            )
        stage.reader = reader.name
        yield stage


def _version(
    session: Session, settings: FrameworkSettings, digest: str, stage: Staged, at: datetime
) -> FrameworkVersion:
    """The row of this state of the file, with what the stage holds."""
    version = _row(session, settings.name, digest, at)
    version.retired = sum(place.retired for place in stage.places.values())
    version.concepts = len(stage.places) - version.retired
    version.reader, version.fault_count = stage.reader, len(stage.faults)
    version.faults = [[fault.where[:200], fault.message[:500]] for fault in stage.faults[:_FAULTS]]
    return version


def _row(session: Session, name: str, digest: str, at: datetime) -> FrameworkVersion:
    """A row for this state of a file: in the place of the one that is not in use yet, else with the next number."""
    query = select(FrameworkVersion).where(FrameworkVersion.framework == name)
    versions = session.exec(query.order_by(col(FrameworkVersion.number).desc())).all()
    open_one = next((one for one in versions if one.state is not VersionState.APPLIED), None)
    following = versions[0].number + 1 if versions else 1
    return FrameworkVersion(
        framework=name,
        number=open_one.number if open_one is not None else following,
        digest=digest,
        reader="",
        state=open_one.state if open_one and open_one.digest == digest else VersionState.WAITING,
        at=at,
    )


def _doubt(session: Session, settings: FrameworkSettings, found: Comparison) -> str:
    """Why a person has to look first, as a code; empty where nobody has to."""
    if session.get(Framework, settings.name) is None:
        return ""
    if found.lost >= _LOST_LEAST and found.lost > found.in_use * _LOST_SHARE:
        return "lost"
    return "review" if settings.review else ""


def _hold(house: House, version: FrameworkVersion, found: Comparison, doubt: str) -> None:
    with house.change() as change:
        version.held_for, version.at = doubt, change.at
        applying.write_version(change.session, version, VersionState.WAITING, found)
        change.audit(
            "framework.held", "system", f"framework:{version.framework}", version=version.number, why=doubt,
            **found.counts,
        )  # fmt: skip


def _note_unreadable(house: House, settings: FrameworkSettings, error: BadInput) -> FrameworkReport:
    """Keep why a file was refused as a whole, for those who look at the framework."""
    name, fault = settings.name, Fault(settings.path.name, str(error))
    with house.change() as change:
        version = _row(change.session, name, digest_of(house, settings), change.at)
        version.held_for = VersionState.UNREADABLE.value
        version.fault_count, version.faults = 1, [[fault.where[:200], fault.message[:500]]]
        applying.write_version(change.session, version, VersionState.UNREADABLE, Comparison((), (), (), 0, 0))
        change.audit("framework.unreadable", "system", f"framework:{name}", version=version.number)
    return FrameworkReport(name, 0, [fault], version.number, version.held_for)


def _report(version: FrameworkVersion, stage: Staged, found: Comparison, doubt: str) -> FrameworkReport:
    return FrameworkReport(
        version.framework, len(stage.places), stage.faults, version.number, doubt, found.counts, found.changes
    )


# --------------------------------------------------------------------------- what a person says of one that waits


def answer(house: House, name: str, number: int, account: str, *, bring_in: bool) -> None:
    """Have a version that waits brought in at the next tick, or refuse it. Raises: Denied where it does not wait."""
    with house.change() as change:
        actor = f"person:{house.person(change.session, account)}"
        query = select(FrameworkVersion).where(
            FrameworkVersion.framework == name, FrameworkVersion.number == number
        )
        version = change.session.exec(query.with_for_update()).one_or_none()
        if version is None or version.state is not VersionState.WAITING:
            raise Denied("This version does not wait for anybody.", remedy="Look at the page again.")
        version.state = VersionState.WANTED if bring_in else VersionState.REFUSED
        change.session.add(version)
        action = "framework.wanted" if bring_in else "framework.refused"
        change.audit(action, actor, f"framework:{name}", version=number)
    house.wake()

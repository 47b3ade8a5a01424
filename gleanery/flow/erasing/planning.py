"""What an erasure would take away, counted by role and place. Nothing is changed but that the audit log knows of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlmodel import Session, col, func, select

from gleanery.flow.auditing import EXPORTED, read_by
from gleanery.flow.erasing import files, finding, places, quoting
from gleanery.flow.erasing.finding import Found, Progress
from gleanery.flow.erasing.subject import Asked, Subject, find_subject
from gleanery.flow.erasing.traces import Traces
from gleanery.flow.house import House
from gleanery.flow.record import driver, stores
from gleanery.model.people import Handle
from gleanery.model.record import Entry
from xapi.forwarding import forgetting
from xapi.lrs import identities
from xapi.lrs.documents import Documents

BACKED_UP = "backup.created"


@dataclass(frozen=True)
class Plan:
    """What would go, and what a person has to know before.

    `erased` and `redacted` are numbers of statements by role; one that names somebody in two roles counts in both.
    `places` are numbers of other things. `targets` may hold statements. `unverified` accounts are only claimed for
    the person and are left alone; agents in `perhaps` have the name of one of their accounts: if they are the same
    human, give them with --identity. `ids` are the persons and accounts that were looked at.
    """

    statements: int
    erased: dict[str, int]
    redacted: dict[str, int]
    places: dict[str, int]
    files: list[str]
    targets: dict[str, int]
    unverified: list[str]
    perhaps: list[str]
    stays: dict[str, int] = field(default_factory=dict)
    ids: list[str] = field(default_factory=list)

    @property
    def counts(self) -> dict[str, int]:
        """All that would go, by what happens to it and where: what two previews are compared by."""
        return {
            **{f"erased:{role}": count for role, count in self.erased.items()},
            **{f"redacted:{role}": count for role, count in self.redacted.items()},
            **self.places,
            **({"files": len(self.files)} if self.files else {}),
        }

    def told(self) -> dict[str, Any]:
        """The plan as plain values."""
        return asdict(self)


def plan(
    house: House,
    meant: Asked | Subject,
    account: str,
    progress: Progress = lambda _what, _done, _all: None,
) -> Plan:
    """What erasing somebody would do. Raises: BadInput for one nobody knows."""
    subject = meant if isinstance(meant, Subject) else _found_subject(house, meant)
    read_by(house, account, _subject_of(subject), what="erasure-plan")
    traces = subject.traces(house)
    with house.store.read() as session:
        found = list(finding.naming(house, session, traces, progress))
        return Plan(
            statements=len(found),
            erased=_by_role(one for one in found if one.is_own),
            redacted=_by_role(one for one in found if not one.is_own),
            places=_places(house, session, subject, traces, progress),
            files=[path.name for path in files.naming(house, files.traces_of(house, subject))],
            targets=_targets(session, found),
            unverified=_unverified(session, subject),
            perhaps=_perhaps(session, subject, traces),
            stays=staying(house, session, traces),
            ids=subject.ids,
        )


def _found_subject(house: House, asked: Asked) -> Subject:
    with house.store.read() as session:
        return find_subject(house, session, asked)


def _subject_of(subject: Subject) -> str:
    return f"person:{subject.persons[0]}" if subject.persons else "people"


def _by_role(found: Any) -> dict[str, int]:
    return dict(sorted(Counter(place.value for one in found for place in one.places).items()))


def _places(
    house: House, session: Session, subject: Subject, traces: Traces, progress: Progress
) -> dict[str, int]:
    counted = {
        "documents": sum(
            len(Documents(driver(session), store).of_agent(agent))
            for store in stores(session)
            for agent in finding.documented_in(session, store, traces)
        ),
        "documents-redacted": sum(
            one.content is not None for one in quoting.documents_naming(session, traces)
        ),
        "posts": places.count_posts(session, subject),
        "posts-redacted": sum(1 for _ in quoting.posts_naming(house, session, subject, traces, progress)),
        "messages": sum(1 for _ in quoting.rows_naming(session, traces)),
        **places.count_rows(session, subject),
    }
    return {name: count for name, count in counted.items() if count}


def _targets(session: Session, found: list[Found]) -> dict[str, int]:
    """How many of these statements each target may hold."""
    held: Counter[str] = Counter()
    for store in {one.store for one in found}:
        ids = [one.id for one in found if one.store == store]
        for holder in forgetting.holders(driver(session), ids, store=store):
            held[holder.target] += len(holder.ids)
    return dict(sorted(held.items()))


def _unverified(session: Session, subject: Subject) -> list[str]:
    rows = session.exec(select(Handle).where(col(Handle.id).in_(subject.unverified)))
    return sorted(f"{one.platform}:{one.realm}:{one.external_id}" for one in rows)


def _perhaps(session: Session, subject: Subject, traces: Traces) -> list[str]:
    """Agents of accounts that are named like one of theirs, somewhere else."""
    names = {one.casefold() for one in (*subject.accounts, *subject.staff)}
    return sorted(
        {
            identity.removeprefix("account ")
            for store in stores(session)
            for identity in identities.in_statements(driver(session), store)
            if identity.startswith("account ")
            and identity.split(" ", 2)[-1].casefold() in names
            and not traces.know(identity)
        }
    )


def staying(house: House, session: Session, traces: Traces) -> dict[str, int]:
    """What no erasure here reaches: what left the house, and what the chain is made of."""
    exports = session.exec(select(func.count()).select_from(Entry).where(Entry.action == EXPORTED)).one()
    backups = session.exec(select(func.count()).select_from(Entry).where(Entry.action == BACKED_UP)).one()
    counted = {
        "statements-vouched-for": finding.vouched_for(session, traces),
        "exports-handed-out": exports,
        "backups": max(backups, len(files.backups(house))),
    }
    return {name: count for name, count in counted.items() if count}

"""Who may do what: the roles of an organisation and the rights each holds. Pages and tokens ask here alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum


class Role(StrEnum):
    """What somebody is in the house."""

    CURATOR = "curator"
    LEAD = "lead"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    PRIVACY_OFFICER = "privacy-officer"
    LEARNER = "learner"


class Right(StrEnum):
    """What a page or an address of the API asks for."""

    OWN = "own"
    SEE_QUEUE = "queue.see"
    DECIDE = "item.decide"
    EDIT_ITEMS = "item.edit"
    RELEASE = "item.release"
    DECIDE_MANY = "item.decide-many"
    MANAGE_CURATION = "curation.manage"
    SEE_COLLECTIONS = "collection.see"
    EDIT_COLLECTIONS = "collection.edit"
    SEE_SOURCES = "source.see"
    MANAGE_SOURCES = "source.manage"
    SEE_DESTINATIONS = "destination.see"
    MANAGE_DESTINATIONS = "destination.manage"
    SEE_RECORD = "record.see"
    EXPORT_RECORD = "record.export"
    SEE_AUDIT = "audit.see"
    RETAIN = "record.retain"
    SEE_PRIVACY = "privacy.see"
    ERASE = "privacy.erase"
    MANAGE_PEOPLE = "people.manage"
    SEE_REPORTS = "report.see"
    MANAGE_ACCOUNTS = "account.manage"


_DESK = {Right.SEE_QUEUE, Right.DECIDE, Right.EDIT_ITEMS, Right.SEE_COLLECTIONS, Right.EDIT_COLLECTIONS}
_LEAD = {
    *_DESK,
    Right.DECIDE_MANY,
    Right.RELEASE,
    Right.MANAGE_CURATION,
    Right.SEE_SOURCES,
    Right.SEE_DESTINATIONS,
    Right.SEE_REPORTS,
}
_OFFICE = {
    Right.SEE_QUEUE,
    Right.MANAGE_CURATION,
    Right.SEE_COLLECTIONS,
    Right.SEE_SOURCES,
    Right.MANAGE_SOURCES,
    Right.SEE_DESTINATIONS,
    Right.MANAGE_DESTINATIONS,
    Right.SEE_AUDIT,
    Right.SEE_REPORTS,
    Right.MANAGE_ACCOUNTS,
}
_AUDIT = {Right.SEE_RECORD, Right.EXPORT_RECORD, Right.SEE_AUDIT, Right.SEE_REPORTS}
_PRIVACY = {Right.SEE_PRIVACY, Right.MANAGE_PEOPLE, Right.ERASE, Right.RETAIN, Right.SEE_AUDIT}

RIGHTS: Mapping[Role, frozenset[Right]] = {
    Role.CURATOR: frozenset({Right.OWN, *_DESK}),
    Role.LEAD: frozenset({Right.OWN, *_LEAD}),
    Role.ADMINISTRATOR: frozenset({Right.OWN, *_OFFICE}),
    Role.AUDITOR: frozenset({Right.OWN, *_AUDIT}),
    Role.PRIVACY_OFFICER: frozenset({Right.OWN, *_PRIVACY}),
    Role.LEARNER: frozenset({Right.OWN}),
}
"""Nobody may change the audit log, and nobody by one role alone both curates and erases."""


def rights_of(roles: Iterable[Role]) -> frozenset[Right]:
    """All that these roles allow together."""
    return frozenset().union(*(RIGHTS[role] for role in roles))

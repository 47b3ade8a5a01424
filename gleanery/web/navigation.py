"""The desks of the house, in the order of the menu, each with the right that opens it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gleanery.flow.accounts.visitors import Visitor
from gleanery.flow.rights import Right
from gleanery.web.words import N_, gettext


@dataclass(frozen=True)
class Desk:
    """A place of the menu; `label` is translated where it is shown."""

    path: str
    label: str
    right: Right


DESKS = (
    Desk("/", N_("Queue"), Right.SEE_QUEUE),
    Desk("/collections", N_("Collections"), Right.SEE_COLLECTIONS),
    Desk("/curation", N_("Curation"), Right.SEE_QUEUE),
    Desk("/learners", N_("Learners"), Right.SEE_QUEUE),
    Desk("/sources", N_("Connectors"), Right.SEE_SOURCES),
    Desk("/destinations", N_("Destinations"), Right.SEE_DESTINATIONS),
    Desk("/record", N_("Record"), Right.SEE_RECORD),
    Desk("/audit", N_("Audit"), Right.SEE_AUDIT),
    Desk("/privacy", N_("Privacy"), Right.SEE_PRIVACY),
    Desk("/reports", N_("Reports"), Right.SEE_REPORTS),
    Desk("/accounts", N_("Accounts"), Right.MANAGE_ACCOUNTS),
)


@dataclass(frozen=True)
class Part(Desk):
    """A page of the desk of curation; `about` says in a sentence what it is for."""

    about: str


CURATION: tuple[Part, ...] = (
    Part(
        "/curation/frameworks",
        N_("Frameworks"),
        Right.SEE_QUEUE,
        N_("The competencies that items are tagged with: their tree, their versions, and what retired."),
    ),
    Part(
        "/curation/rules",
        N_("Rules"),
        Right.SEE_QUEUE,
        N_("What you want to happen to some items, tried on the last ones before it is switched on."),
    ),
    Part(
        "/curation/duplicates",
        N_("Duplicates"),
        Right.SEE_QUEUE,
        N_("What looks alike: one thing or two? And what was put together."),
    ),
    Part(
        "/curation/quarantine",
        N_("Quarantine"),
        Right.SEE_QUEUE,
        N_("What holds sensitive data, masked: let it out or reject it."),
    ),
    Part(
        "/curation/links",
        N_("Links"),
        Right.SEE_QUEUE,
        N_("What items lead to and is not there any more, and what is to be looked at again."),
    ),
    Part(
        "/curation/learned",
        N_("Learned"),
        Right.SEE_QUEUE,
        N_(
            "Which words your decisions taught to speak for an item and against it, and from which decisions."
        ),
    ),
)
"""The pages of the desk of curation, in the order of its tabs."""


@dataclass(frozen=True)
class Entry:
    """A line of the menu as one visitor sees it."""

    path: str
    label: str
    is_here: bool
    about: str = ""


def desks_of(visitor: Visitor | None, path: str) -> Sequence[Entry]:
    """The desks that a visitor may open; `path` is where they are."""
    if visitor is None:
        return ()
    return [
        Entry(desk.path, gettext(desk.label), _is_at(desk, path)) for desk in DESKS if visitor.may(desk.right)
    ]


def parts_of(visitor: Visitor | None, path: str) -> Sequence[Entry]:
    """The pages of the desk of curation that a visitor may open."""
    may_see = [part for part in CURATION if visitor is not None and visitor.may(part.right)]
    return [
        Entry(part.path, gettext(part.label), _is_at(part, path), gettext(part.about)) for part in may_see
    ]


def _is_at(desk: Desk, path: str) -> bool:
    if desk.path == "/":
        return path == "/" or path.startswith(("/items/", "/queue/", "/bulk"))
    return path == desk.path or path.startswith(f"{desk.path}/")


def first_desk(visitor: Visitor) -> str:
    """The first desk somebody may open, their own page where there is none."""
    return next((desk.path for desk in DESKS if visitor.may(desk.right)), "/me")

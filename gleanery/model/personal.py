"""In what words a field that is kept about persons is declared: of whom it speaks, what for, how long, who sees it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple


class Whose(StrEnum):
    """Whom a column speaks of."""

    AUTHOR = "author"
    PERSON = "person"
    STAFF = "staff"


class Use(StrEnum):
    """What a column is kept for."""

    READING = "reading"
    IDENTITY = "identity"
    PROOF = "proof"
    STATEMENTS = "statements"
    DECISIONS = "decisions"
    SIGN_IN = "sign-in"
    CONNECTION = "connection"
    LEARNING = "learning"


class Keeping(StrEnum):
    """How long a column is kept."""

    POLICY = "policy"
    POST = "post"
    EMPLOYMENT = "employment"
    PERSON = "person"
    PROOF = "proof"
    RECORD = "record"
    HOUSE = "house"
    ERASURE = "erasure"
    HOURS = "hours"
    WAITING = "waiting"
    INBOX = "inbox"
    CONNECTION = "connection"
    VISIT = "visit"
    LEARNING = "learning"


class Role(StrEnum):
    """Who sees a column in the course of their work."""

    CURATOR = "curator"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    OFFICER = "privacy-officer"
    NOBODY = "nobody"


class Shown(StrEnum):
    """Where a column is shown."""

    QUEUE = "queue"
    ACCOUNTS = "accounts"
    PEOPLE = "people"
    BASES = "bases"
    AUDIT = "audit"
    STATEMENTS = "statements"
    LEARNING = "learning"
    NOWHERE = "nowhere"


class Personal(NamedTuple):
    """One field kept about persons."""

    table: str
    column: str
    english: str
    german: str
    whose: Whose
    use: Use
    kept: Keeping
    seen_by: tuple[Role, ...]
    shown: Shown


class Group(NamedTuple):
    """The personal columns of a table that are alike in all but their words: (English, German) each."""

    table: str
    whose: Whose
    use: Use
    kept: Keeping
    seen_by: tuple[Role, ...]
    shown: Shown
    columns: Mapping[str, tuple[str, str]]

    def fields(self) -> Iterator[Personal]:
        """The group's columns, each on its own."""
        for column, (english, german) in self.columns.items():
            yield Personal(
                self.table,
                column,
                english,
                german,
                self.whose,
                self.use,
                self.kept,
                self.seen_by,
                self.shown,
            )

"""What the API of privacy takes and answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from gleanery.flow.people.ledger import Draft, Standing
from gleanery.model.bases import BasisKind, Purpose
from gleanery.model.erasures import ErasureState
from gleanery.model.people import LinkEnd

Line = Annotated[str, Field(min_length=1, max_length=2_000)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class Sent(BaseModel):
    """What a program sends: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")


# --------------------------------------------------------------------------- inquiries


class Sought(Sent):
    """Whom to look up: an account, an HR number, a sign-in name, an id or an identity."""

    text: str = Field(default="", max_length=2_000)
    identities: list[Line] = Field(default_factory=list, max_length=20)
    names: list[Line] = Field(default_factory=list, max_length=20)


class LookState(BaseModel):
    """How a longer look stands."""

    kind: str
    goes_on: bool
    failed: bool
    done: int
    total: int
    words: str


class Inquiry(BaseModel):
    """An inquiry; `held` and `plan` are there once their looks are over, `has_file` once there is a file to take."""

    id: UUID
    until: datetime
    person: str | None
    accounts: Sequence[str]
    identities: Sequence[str]
    names: Sequence[str]
    looks: list[LookState]
    held: list[dict[str, Any]] | None
    plan: dict[str, Any] | None
    has_file: bool


# --------------------------------------------------------------------------- erasures


class ErasureWanted(Sent):
    """An erasure of whom an inquiry is about; its preview must have been counted."""

    inquiry: UUID
    reason: str = Field(default="", max_length=2_000)


class Erasure(BaseModel):
    """An erasure; `changes` tells what counts otherwise than when it was asked for, as before and now."""

    id: UUID
    state: ErasureState
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str | None
    done_at: datetime | None
    counts: dict[str, int]
    plan: dict[str, Any] | None = None
    changes: dict[str, tuple[int, int]] | None = None
    looks: list[LookState] = []


class Erasures(BaseModel):
    """A page of erasures, the newest first."""

    items: list[Erasure]
    next: int | None
    total: int | None = None


class Certificate(Sent):
    """A certificate as its JSON text."""

    text: str = Field(max_length=900_000)


class CertificateChecked(BaseModel):
    """Which erasure it certifies; `agree` of `statements` are erased as it says."""

    erasure: str
    statements: int
    agree: int


# --------------------------------------------------------------------------- the ledger


class BasisGiven(Sent):
    """A basis to enter; with neither person nor unit it covers everyone. Days are UTC, `until` is the last one."""

    purpose: Purpose
    kind: BasisKind
    person: str = Field(default="", max_length=80)
    unit: str = Field(default="", max_length=200)
    platform: str = Field(default="", max_length=80)
    source: str = Field(default="", max_length=80)
    reference: str = Field(default="", max_length=500)
    language: Language = "en"
    needs_consent: bool = False
    since: date | None = None
    until: date | None = None

    @property
    def draft(self) -> Draft:
        """The same as the flow takes it."""
        return Draft(**self.model_dump())


class Prolonged(Sent):
    """The new last day; none: open."""

    until: date | None = None


class Basis(BaseModel):
    """A legal basis."""

    id: UUID
    purpose: Purpose
    kind: BasisKind
    person_id: UUID | None
    unit: str | None
    platform: str | None
    source: str | None
    reference: str
    needs_consent: bool
    since: datetime
    until: datetime | None
    standing: Standing
    rests_on_it: int | None = None


class Bases(BaseModel):
    """A page of bases, the newest first."""

    items: list[Basis]
    next: str | None
    total: int | None = None


class Coverage(BaseModel):
    """How many people have a basis for a purpose; null where a group would have fewer than five."""

    model_config = ConfigDict(from_attributes=True)

    purpose: Purpose
    is_open: bool
    people: int | None
    covered: int | None


class Text(Sent):
    """A text that people consent to."""

    purpose: Purpose
    language: Language
    body: str = Field(min_length=1, max_length=50_000)


class TextKept(BaseModel):
    """A version of a text."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    purpose: Purpose
    language: str
    version: int
    body: str
    made_at: datetime


class Texts(BaseModel):
    """Every version of every text."""

    items: list[TextKept]
    next: None = None
    total: int


# --------------------------------------------------------------------------- persons


class PersonListed(BaseModel):
    """A person in the list."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    staff: str | None
    unit: str | None
    last_day: date | None
    accounts: int
    purposes: Sequence[str]


class Persons(BaseModel):
    """A page of persons, in the order they became known."""

    items: list[PersonListed]
    next: str | None
    total: int | None = None


class ObjectionKept(BaseModel):
    """An objection that stands."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    purpose: Purpose
    since: datetime


class Person(BaseModel):
    """What joins a person to accounts and bases, with its history."""

    id: UUID
    other_ids: list[UUID]
    staff: str | None
    unit: str | None
    hr_number: str | None
    first_day: date | None
    last_day: date | None
    accounts: list[dict[str, Any]]
    bases: list[dict[str, Any]]
    merges: list[dict[str, Any]]
    objections: list[ObjectionKept] = []


class Linked(Sent):
    """An account to link, PLATFORM:REALM:ID; `move` says that it was another's until now."""

    account: str = Field(max_length=500)
    verified: bool = False
    move: bool = False


class Unlinked(Sent):
    """A link to end."""

    account: str = Field(max_length=500)
    why: LinkEnd = LinkEnd.ASKED


class Merged(Sent):
    """The other person's id, or its beginning."""

    other: str = Field(max_length=80)


class Objected(Sent):
    """A purpose that somebody objects to."""

    purpose: Purpose


# --------------------------------------------------------------------------- HR lists


class HrList(Sent):
    """An HR list as CSV text; `complete`: who is missing has left, even if they are `many`."""

    text: str = Field(max_length=900_000)
    complete: bool = False
    many: bool = False


class HrListSeen(BaseModel):
    """A list that is looked at; `plan` is there once the look is over, `done` once it was brought in."""

    id: UUID
    until: datetime
    looks: list[LookState]
    plan: dict[str, Any] | None
    done: dict[str, Any] | None


class Import(BaseModel):
    """A list that was brought in."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    at: datetime
    by: str
    file_hash: str
    undone_at: datetime | None


class Imports(BaseModel):
    """The lists brought in, the newest first."""

    items: list[Import]
    next: None = None
    total: int


class Undone(BaseModel):
    """An import taken back; `left` are steps that somebody had gone beyond since."""

    model_config = ConfigDict(from_attributes=True)

    import_id: UUID
    undone: int
    left: int


# --------------------------------------------------------------------------- one's own


class OwnConsent(Sent):
    """A consent to the text with this id."""

    purpose: Purpose
    text: UUID


class OwnChoice(BaseModel):
    """A purpose as it stands for whoever asks."""

    purpose: Purpose
    is_off: bool
    bases: list[str]
    consented_since: datetime | None
    text: TextKept | None
    objection: UUID | None


class Own(BaseModel):
    """What is known of whoever asks."""

    id: UUID
    known_since: datetime
    unit: str | None
    last_day: date | None
    accounts: list[str]
    choices: list[OwnChoice]


class OwnFile(BaseModel):
    """Where the file of everything held will lie."""

    id: UUID
    is_ready: bool


class Done(BaseModel):
    """That it was done; `voided` is how many statements a withdrawal took back."""

    id: UUID | None = None
    voided: int = 0

"""What plugins say: pages of posts, checks, findings, receipts, and what their platform's terms allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from gleanery.model.posts import DeedDraft, PostDraft, Vanished


class Settings(BaseModel):
    """The settings of one configured plugin; subclass it. A secret is a field of type SecretStr."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Policy:
    """What a platform's terms allow with its text. Unknown means no.

    `max_age`: text is purged this long after it was fetched (None: no limit).
    `refresh_by`: it must have been fetched again within this time. `only_address`: nothing but a post's id and
    address may leave, neither title nor author. `attribution` is shown wherever the item is.
    """

    max_age: timedelta | None = None
    refresh_by: timedelta | None = None
    may_store_text: bool = False
    may_pass_text_on: bool = False
    may_embed: bool = False
    may_learn: bool = False
    may_score: bool = False
    attribution: str = ""
    delete_on_disconnect: bool = True
    only_address: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """One record that could not be read; the others were. `where` is a line, a file or an id."""

    where: str
    message: str


@dataclass(frozen=True, slots=True)
class Page:
    """One step of reading: posts and the state to go on from, committed together.

    `state` is kept as it is (JSON-able) and given back on the next call. `complete` says that the
    window is read to its end: only then does the high-water mark move.
    `gone` lists posts that the source says, with authority, no longer exist; `deeds` what people did there.
    """

    posts: Sequence[PostDraft]
    state: Mapping[str, Any]
    complete: bool
    gone: Sequence[Vanished] = ()
    faults: Sequence[Fault] = ()
    deeds: Sequence[DeedDraft] = ()


@dataclass(frozen=True, slots=True)
class Check:
    """One line of a check before use: what was looked at, whether it holds, and the remedy if not."""

    name: str
    ok: bool
    message: str
    remedy: str = ""


Verdict = Literal["keep", "ask", "drop", "block"]


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of the judged text: character offsets [start, end) in `field`, and what it is."""

    field: Literal["title", "text"]
    start: int
    end: int
    kind: str


Band = Literal["high", "medium", "low"]
HIGH, MEDIUM = 0.5, 0.2
"""From which confidence on a tag is in the band: more are right than wrong; at least one of five is."""


def band_of(confidence: float) -> Band:
    """How sure, in the three steps that a person is shown."""
    return "high" if confidence >= HIGH else "medium" if confidence >= MEDIUM else "low"


@dataclass(frozen=True, slots=True)
class Label:
    """A proposed tag: a concept's IRI in a framework, how sure (0..1), and the words that matched.

    `confidence` is the share of such proposals that are right, as measured. The words are for whoever asked the step:
    they are kept nowhere. What is kept are spans of the finding whose `kind` is the concept's IRI.
    """

    framework: str
    concept: str
    confidence: float
    matched: tuple[str, ...] = ()

    @property
    def band(self) -> Band:
        """How sure, as a person is shown it."""
        return band_of(self.confidence)


@dataclass(frozen=True, slots=True)
class Finding:
    """A step's verdict on one item.

    `block` (only `sensitive`) closes every exit, `drop` takes the item out of the queue, `ask` wants a
    person, `keep` has nothing against it. `reason` is a code such as `substance.too_short`; the words
    for it are in the step's `reasons`. `params` fill its placeholders and hold no foreign text.
    `minutes` to read or watch it, `level`: how hard it is to read, where the step can tell.
    """

    verdict: Verdict
    reason: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    language: str | None = None
    minutes: int | None = None
    level: Literal["", "easy", "medium", "hard"] = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """A destination's answer: its id for the entry, where it is seen, and what a person should know."""

    remote_id: str
    url: str | None = None
    note: str = ""
    recallable: bool = True


@dataclass(frozen=True, slots=True)
class Estimate:
    """What reading a partition would bring and cost. `posts` None: the platform does not tell beforehand.

    `units`: by bucket of the platform's quota; `money` in US dollars.
    """

    posts: int | None = None
    requests: int = 1
    units: Mapping[str, int] = field(default_factory=dict)
    money: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class ConnectorCard:
    """What a connector tells of itself before it is chosen, in English; a class attribute `about`.

    `can`, `cannot`, `needs`: one plain sentence each. `terms`: what the platform's terms mean here. `scopes`: why each
    right is asked for, by its name at the platform. `app_page`: where the organisation makes an app of its own.
    `essential`: the settings to ask for first, in that order; of the rest each has a default that serves.
    `chooses`: the setting that takes what `Offers.choices` lists.
    """

    title: str
    can: tuple[str, ...]
    cannot: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    terms: str = ""
    scopes: Mapping[str, str] = field(default_factory=dict)
    app_page: str = ""
    essential: tuple[str, ...] = ()
    chooses: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that may be read: the value for the setting, and what people call it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much of a quota is used, of how much, and when it begins anew; `unit` in plain words, US dollars as "USD"."""

    name: str
    used: Decimal
    limit: Decimal
    resets_at: datetime
    unit: str

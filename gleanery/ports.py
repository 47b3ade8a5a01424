"""What a plugin is: the three protocols, what they are given and what they give back.

A plugin package declares an entry point in one of the groups `gleanery.connectors`,
`gleanery.steps` or `gleanery.lms_adapters`, pointing at a class that fulfils the protocol here.
`gleanery.testing` holds ready-made checks for each. Ours come in by the same door.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable
from uuid import UUID

import requests
from pydantic import BaseModel, ConfigDict

from gleanery.model.posts import PostDraft, Vanished

API_VERSION = 1
"""Raised when a protocol here changes so that an old plugin would break."""


class Settings(BaseModel):
    """The settings of one configured plugin; subclass it. A secret is a field of type SecretStr."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --------------------------------------------------------------------------- what plugins say


@dataclass(frozen=True, slots=True)
class Policy:
    """What a platform's terms allow with its text. Unknown means no.

    `max_age`: text is purged this long after it was fetched (None: no limit).
    `refresh_by`: it must have been fetched again within this time.
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
    `gone` lists posts that the source says, with authority, no longer exist.
    """

    posts: Sequence[PostDraft]
    state: Mapping[str, Any]
    complete: bool
    gone: Sequence[Vanished] = ()
    faults: Sequence[Fault] = ()


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


@dataclass(frozen=True, slots=True)
class Label:
    """A proposed tag: a concept's IRI in a framework, how sure (0..1), and the words that matched."""

    framework: str
    concept: str
    confidence: float
    matched: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """A step's verdict on one item.

    `block` (only `sensitive`) closes every exit, `drop` takes the item out of the queue, `ask` wants a
    person, `keep` has nothing against it. `reason` is a code such as `substance.too_short`; the words
    for it are in the step's `reasons`. `params` fill its placeholders and hold no foreign text.
    """

    verdict: Verdict
    reason: str
    params: Mapping[str, str | int | float] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    labels: tuple[Label, ...] = ()
    scores: Mapping[str, float] = field(default_factory=dict)
    spans: tuple[Span, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A destination's answer: its id for the entry, where it is seen, and what a person should know."""

    remote_id: str
    url: str | None = None
    note: str = ""
    recallable: bool = True


# --------------------------------------------------------------------------- what plugins are given


@dataclass(frozen=True, slots=True)
class Subject:
    """What a step judges: the words of one item, and of the posts about it, oldest first.

    `internal` is true when the words come from a closed workplace; `authored_by_bot` when a machine posted.
    """

    item_id: UUID
    kind: str
    title: str
    text: str
    url: str | None
    language: str | None
    platforms: tuple[str, ...]
    links: tuple[str, ...]
    replies: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    internal: bool = False
    authored_by_bot: bool = False


@dataclass(frozen=True, slots=True)
class LearningItem:
    """What an adapter delivers. `html` is sanitised and empty where the policy keeps the text here.

    `competencies` are (framework, concept IRI, preferred label). `attribution` must be shown with it.
    """

    id: UUID
    title: str
    url: str | None
    html: str
    kind: str
    language: str | None
    competencies: tuple[tuple[str, str, str], ...]
    goals: tuple[str, ...]
    attribution: str
    licence: str | None
    platforms: tuple[str, ...]
    published_at: datetime | None
    revision: int
    minutes: int | None = None


class Http(Protocol):
    """The guarded HTTP session: one timeout, size and time caps, public addresses only."""

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, params: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Fetch; redirects are re-checked. Raises: Unreachable, BadInput (too large), ConfigError (address refused)."""

    def post(
        self, url: str, *, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Send a form. Raises as `get`."""


class Store(Protocol):
    """A small key-value store of the plugin's own, kept in the database, with expiry and leases."""

    def get(self, key: str) -> Any:
        """The JSON value kept under `key`, None if absent or expired."""

    def put(self, key: str, value: Any, *, expires_in: timedelta | None = None) -> None:
        """Keep a JSON-able value."""

    def lease(self, key: str, seconds: float) -> bool:
        """Take `key` for some seconds; False if another holds it."""


class Log(Protocol):
    """Structured logging: an event name and ids, never contents."""

    def info(self, event: str, **fields: Any) -> None: ...
    def warning(self, event: str, **fields: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Context:
    """What the house gives a plugin: `http`, `now` (the clock, aware UTC), `store`, `log`.

    `folder` is a folder of the plugin's own for files it makes; `organisation` the immutable id.
    """

    http: Http
    now: Callable[[], datetime]
    store: Store
    log: Log
    folder: str
    organisation: UUID


@dataclass(frozen=True, slots=True)
class Concept:
    """One competency or topic of a framework, with its labels in the languages wanted."""

    framework: str
    iri: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Competency:
    """One competency as a framework's file gives it; `labels` are (language, kind, text).

    The kind is preferred, alternative or hidden. `parent` is an IRI of the same framework.
    """

    iri: str
    labels: tuple[tuple[str, str, str], ...]
    parent: str | None = None
    retired: bool = False
    description: str = ""


# --------------------------------------------------------------------------- the protocols


@runtime_checkable
class FrameworkReader(Protocol):
    """Reads one file format of competency frameworks (entry-point group `gleanery.frameworks`)."""

    name: ClassVar[str]

    def recognises(self, path: Path) -> bool:
        """Whether this file or folder is of the format; never raises for any file."""

    def read(self, path: Path, framework: str, language: str) -> Iterator[Competency | Fault]:
        """The competencies, and the faults of single rows. Raises: BadInput for a broken header."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An inbound address a plugin wants, mounted at /in/<source or destination>-<name>/<endpoint>.

    `answer(method, query, headers, body)` gives (status, headers, body); the plugin checks who is speaking.
    """

    name: str
    methods: tuple[str, ...]
    answer: Callable[[str, str, Mapping[str, str], bytes], tuple[int, Mapping[str, str], bytes]]


@runtime_checkable
class Connector(Protocol):
    """Reads posts of one platform. `settings` is checked before the instance is made."""

    name: ClassVar[str]
    api_version: ClassVar[int]
    Settings: ClassVar[type[Settings]]
    policy: Policy

    def __init__(self, settings: Any, ctx: Context) -> None: ...

    def check(self) -> Sequence[Check]:
        """What must hold before reading: the file is there, the token works, nothing is written."""

    def partitions(self) -> Sequence[str]:
        """The parts read one by one (a channel, a feed, a file), in a stable order; ids, not names."""

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """Pages of posts from `state` on ({} at first). A broken partition raises; the others go on."""


@runtime_checkable
class Step(Protocol):
    """Judges an item: pure, no network, no clock. A changed verdict needs a new `version`.

    Two more class attributes count where they are set: `guards = True` has every post judged before it is
    stored, and words it blocks are sealed; `wants_concepts = True` hands in the imported frameworks.
    """

    name: ClassVar[str]
    api_version: ClassVar[int]
    version: ClassVar[str]
    Settings: ClassVar[type[Settings]]
    reasons: ClassVar[Mapping[str, str]]

    def __init__(self, settings: Any, concepts: Sequence[Concept] = ()) -> None: ...

    def judge(self, subject: Subject) -> Finding:
        """A finding; never raises for any text."""


@dataclass(frozen=True, slots=True)
class Sketch:
    """A small fingerprint for finding look-alikes: items that share a band are compared in full."""

    bands: tuple[str, ...]


@runtime_checkable
class Matcher(Protocol):
    """Says which posts are about the same thing; pure, declared in the group `gleanery.steps` too.

    Two subjects with an equal key are one item. Two that share a band are compared by `likeness`:
    at `group_at` or above they are one item, at `suggest_at` or above a person is asked.
    """

    name: ClassVar[str]
    api_version: ClassVar[int]
    version: ClassVar[str]
    Settings: ClassVar[type[Settings]]
    group_at: float
    suggest_at: float

    def __init__(self, settings: Any, concepts: Sequence[Concept] = ()) -> None: ...

    def keys(self, subject: Subject) -> Sequence[str]:
        """Keys of the thing itself, most telling first; empty where nothing certain can be said."""

    def sketch(self, subject: Subject) -> Sketch | None:
        """The fingerprint of the words, None where they are too few to compare."""

    def likeness(self, one: Subject, other: Subject) -> float:
        """How alike the words are, 0..1 (Jaccard)."""


@runtime_checkable
class Adapter(Protocol):
    """Brings items into one destination. Every call may be repeated and changes nothing more."""

    name: ClassVar[str]
    api_version: ClassVar[int]
    Settings: ClassVar[type[Settings]]
    batch: ClassVar[bool]
    """True: the destination is one file made from all approved items (`publish`)."""

    def __init__(self, settings: Any, ctx: Context) -> None: ...

    def preflight(self) -> Sequence[Check]:
        """What must hold before delivering; each missing right or function by name."""

    def upsert(self, item: LearningItem, remote_id: str | None) -> Receipt:
        """Create or update the entry; with no `remote_id`, look for a lost create first.

        Raises: ConfigError, Denied (a person acts), Unreachable, QuotaExhausted (tried again), BadInput.
        """

    def retract(self, item_id: UUID, remote_id: str | None) -> Receipt:
        """Remove the entry; an absent one counts as removed. Raises as `upsert`."""

    def publish(self, items: Sequence[LearningItem]) -> Receipt:
        """For batch adapters: make the file anew, whole or not at all."""

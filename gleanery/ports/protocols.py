"""The protocols a plugin's class fulfils."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Protocol, runtime_checkable
from uuid import UUID

from gleanery.ports.given import (
    Competency,
    Concept,
    Context,
    LearningCollection,
    LearningItem,
    OAuthApp,
    Received,
    Subject,
)
from gleanery.ports.said import (
    Allowance,
    Check,
    Choice,
    Estimate,
    Fault,
    Finding,
    Page,
    Policy,
    Receipt,
    Settings,
)

API_VERSION = 1
"""Raised when a protocol here changes so that an old plugin would break."""


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

    `answer(method, query, headers, body)` gives (status, headers, body); the plugin checks who is speaking. A header
    of which there are several is a tuple. What an answer says in a header counts, also of framing and scripts.
    """

    name: str
    methods: tuple[str, ...]
    answer: Callable[
        [str, str, Mapping[str, str], bytes], tuple[int, Mapping[str, str | tuple[str, ...]], bytes]
    ]


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


# What a connector may do besides. Each is looked for by its method.


@runtime_checkable
class Estimates(Protocol):
    """A connector whose reading costs something: `gleanery read --dry-run` asks it instead of reading."""

    def estimate(self, partition: str, state: Mapping[str, Any]) -> Estimate:
        """What reading from `state` on would bring and cost; at most one cheap request."""


@runtime_checkable
class Allots(Protocol):
    """A connector that reads within quotas: they are shown with what is used of them."""

    def allowances(self) -> Sequence[Allowance]:
        """The quotas as they stand now; asks nobody."""


@runtime_checkable
class Offers(Protocol):
    """A connector that can list what there is to be read, for people to choose from (`ConnectorCard.chooses`)."""

    def choices(self) -> Sequence[Choice]:
        """All that may be read. Raises as `Connector.check` would tell."""


@runtime_checkable
class SignsIn(Protocol):
    """A connector that is given access by OAuth: `gleanery sources connect` goes through it."""

    def oauth(self) -> OAuthApp | None:
        """The app, None where the settings use another way (a key, a file)."""


@runtime_checkable
class Receives(Protocol):
    """A connector to which events come: its endpoints or listener put them into `ctx.inbox`."""

    def receive(self, events: Sequence[Received]) -> Page:
        """What the events say, oldest first. A broken one is a fault. `state` of the page is not kept."""


@runtime_checkable
class Listens(Protocol):
    """A connector that keeps a connection open while `gleanery serve` runs."""

    def listen(self) -> AbstractContextManager[None]:
        """Connected while entered; reconnects by itself; puts what comes into `ctx.inbox`."""


@runtime_checkable
class Looks(Protocol):
    """A connector that can ask its platform whether things still stand, where their pages would not tell."""

    def thing_at(self, address: str) -> str | None:
        """The platform's id of the thing at a web address; None for any other address. Asks nobody."""

    def look(self, things: Sequence[str]) -> Mapping[str, bool]:
        """By id: whether everybody may still see it; ids of which the platform says nothing are absent.

        Raises as `Connector.pages`; it keeps to the quota that reading has.
        """


@runtime_checkable
class Step(Protocol):
    """Judges an item: pure, no network, no clock. A changed verdict needs a new `version`.

    Three more class attributes count where they are set: `guards = True` has every post judged before it is
    stored, and words it blocks are sealed; `wants_concepts = True` hands in the imported frameworks;
    `wants_standing = True` keeps `Subject.standing` with its findings, and has it asked again when that changes.
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
class Prepares(Protocol):
    """A step that works something out from the concepts before it can judge quickly; it judges the same without."""

    name: ClassVar[str]

    def prepare(self, progress: Callable[[int, int], None]) -> bool:
        """Work it out and keep it, going on where it was stopped; False where nothing outlives this process."""


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


# What an adapter may do besides. Each is looked for by its method.


@runtime_checkable
class Collects(Protocol):
    """A destination where a collection stands as an entry of its own; it is removed by `retract`, as an item is."""

    def upsert_collection(self, collection: LearningCollection, remote_id: str | None) -> Receipt:
        """Create or update the entry with the steps in their order. Raises as `upsert`."""


@runtime_checkable
class Binds(Protocol):
    """A batch adapter whose file holds collections, each in its order, beside the items that are in none."""

    def bind(self, items: Sequence[LearningItem], collections: Sequence[LearningCollection]) -> Receipt:
        """Make the file anew, as `publish` does."""


@runtime_checkable
class Ships(Protocol):
    """An adapter whose platform takes a plugin of ours: an administrator installs it there."""

    @staticmethod
    def shipped() -> tuple[str, bytes]:
        """The name of the file and its bytes, the same for the same version."""

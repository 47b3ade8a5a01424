"""What plugins are given: the items and concepts they work on, and the house's services (`Context`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Protocol
from uuid import UUID

from pydantic import SecretStr

if TYPE_CHECKING:
    import requests
    from requests.adapters import BaseAdapter

    from gleanery.ports.learning import Learners


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an item besides its words, as of its screening; None or "" where it is not known.

    `age_days` since it was published; `seconds` a recording plays. `engagement`: its rank (0..1) by reactions and
    answers among the posts of its own source. `reputation`: the share (0..1) of its sources' decided items that were
    approved, drawn towards a half where few were; `decided`: how many. `link`: what the last look at its address
    said. `licence`: a code, such as cc-by (other: one we do not know). `may_embed`: whether its terms let it be shown
    in a player; `may_score`: whether they let it be given scores.
    """

    age_days: int | None = None
    seconds: int | None = None
    engagement: float | None = None
    reputation: float | None = None
    decided: int = 0
    link: Literal["", "ok", "moved", "failing", "gone"] = ""
    licence: str = ""
    may_embed: bool = False
    may_score: bool = True


@dataclass(frozen=True, slots=True)
class Subject:
    """What a step judges: the words of one item, and of the posts about it, oldest first.

    `internal` is true when the words come from a closed workplace; `authored_by_bot` when a machine posted.
    `standing` is no part of the words: that it changes makes no new revision of the item.
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
    standing: Standing = Standing()


@dataclass(frozen=True, slots=True)
class LearningItem:
    """What an adapter delivers. `html` is sanitised and empty where the policy keeps the text here.

    `competencies` are (framework, concept IRI, preferred label). `attribution` must be shown with it. `may_embed`:
    whether it may be shown in a frame or a player; otherwise it is linked to, and nothing else.
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
    may_embed: bool = False


@dataclass(frozen=True, slots=True)
class LearningStep:
    """An item in its place in a collection; `url`: where it stands at the destination, else at its source.

    Due `due_on` a day, or `due_days` after the start, or not at all. `note` is for the learner, in plain text.
    `after`: the item of an earlier step of the same collection that must be done before this one opens.
    """

    item: LearningItem
    url: str | None
    required: bool = True
    note: str = ""
    due_on: date | None = None
    due_days: int | None = None
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class LearningCollection:
    """What an adapter delivers of a collection (`ordered`: a path); only what may leave is among its steps.

    Title, summary, objectives and notes are the curators' own words, in plain text.
    """

    id: UUID
    title: str
    summary: str
    objectives: tuple[str, ...]
    ordered: bool
    steps: tuple[LearningStep, ...]
    competencies: tuple[tuple[str, str, str], ...]
    goals: tuple[str, ...]
    revision: int
    due_on: date | None = None
    due_days: int | None = None


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

    def send(
        self, method: str, url: str, *, data: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Send bytes as they are. Raises as `get`."""

    def transport(self) -> BaseAdapter:
        """The same session as a transport adapter, for a client library that brings a requests session."""


class Store(Protocol):
    """A small key-value store of the plugin's own, kept in the database, with expiry and leases."""

    def get(self, key: str) -> Any:
        """The JSON value kept under `key`, None if absent or expired."""

    def put(self, key: str, value: Any, *, expires_in: timedelta | None = None) -> None:
        """Keep a JSON-able value."""

    def lease(self, key: str, seconds: float) -> bool:
        """Take `key` for some seconds; False if another holds it."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What went out of one bucket: units of the platform's quota, and US dollars."""

    units: int = 0
    money: Decimal = Decimal(0)


class Secrets(Protocol):
    """What the plugin must keep and nobody may read: sealed in the database under a key that lies outside of it."""

    def get(self, name: str) -> bytes | None:
        """What is kept under a name, None where nothing is. Raises: ConfigError where the house's key is lost."""

    def put(self, name: str, secret: bytes) -> None:
        """Keep it, in the place of what was there."""


class Meter(Protocol):
    """What this source spends, by day (UTC) and bucket. Requests are counted by `http` under `requests`."""

    def spend(self, bucket: str, units: int = 1, *, money: Decimal = Decimal(0)) -> None:
        """Note it at once, before the answer is waited for: a request that failed was paid for too."""

    def spent(self, bucket: str, since: datetime) -> Spent:
        """What went out since then, to the hour."""


@dataclass(frozen=True, slots=True)
class KnownPost:
    """A post that this source saw and that still stands in the house."""

    platform: str
    realm: str
    external_id: str
    parent_external_id: str | None
    published_at: datetime | None
    fetched_at: datetime


class Known(Protocol):
    """What this source saw so far: to find out what is gone, and what has to be looked at again."""

    def posts(
        self,
        *,
        realm: str | None = None,
        prefix: str = "",
        parent: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        fetched_before: datetime | None = None,
    ) -> Iterator[KnownPost]:
        """The posts that still stand, those fetched longest ago first.

        `prefix` of the external id; `parent`: replies to this external id; `since` <= published < `until`.
        """


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """The organisation's own app at a platform: where people allow it access, and its credentials.

    `client_auth`: how the token endpoint wants the client (RFC 6749, 2.3.1). `pkce` (RFC 7636) is left out only
    for a platform that refuses a client with a secret which sends a `code_verifier`.
    `client_credentials`: no person signs in; the app asks for itself (RFC 6749, 4.4). `revoke_url`: where a grant is
    ended (RFC 7009), empty where there is none. `rotates`: a refresh token is good for one renewal; only where the
    platform says otherwise may one whose answer was lost be sent again. `issuer`: the name by which the platform's
    answers say whose they are (RFC 9207); an answer that gives another one is not taken.
    """

    token_url: str
    client_id: str
    authorize_url: str = ""
    client_secret: SecretStr | None = None
    scopes: tuple[str, ...] = ()
    client_auth: Literal["basic", "post"] = "post"
    client_credentials: bool = False
    pkce: bool = True
    extra: Mapping[str, str] = field(default_factory=dict)
    revoke_url: str = ""
    rotates: bool = True
    issuer: str = ""
    scope_separator: str = " "


class Tokens(Protocol):
    """The source's own token, kept encrypted; got by `gleanery sources connect` and renewed by itself."""

    def access(self, app: OAuthApp, *, refused: str = "") -> SecretStr:
        """A token that is good for some minutes; renewed first where it is not, by one worker for all.

        `refused`: the token that the platform just refused. Raises: Denied where somebody must sign in (again);
        Unreachable.
        """

    def expires_at(self) -> datetime | None:
        """When the kept token runs out; None where none is kept or it does not."""


@dataclass(frozen=True, slots=True)
class Received:
    """An event that a platform or a person brought in: its id, when it came, its body."""

    id: str
    at: datetime
    body: Mapping[str, Any]


class Inbox(Protocol):
    """Events that came in by themselves, kept until the worker hands them to `receive`."""

    def put(self, event_id: str, body: Mapping[str, Any]) -> bool:
        """Keep an event, encrypted; True once it is on the disk. False where this id came before."""


class Log(Protocol):
    """Structured logging: an event name and ids, never contents."""

    def info(self, event: str, **fields: Any) -> None: ...
    def warning(self, event: str, **fields: Any) -> None: ...


@dataclass(frozen=True, slots=True)
class Context:
    """What the house gives a plugin: `http`, `now` (the clock, aware UTC), `store`, `log`.

    `folder` is a folder of the plugin's own for files it makes; `organisation` the immutable id; `address` the
    one at which its endpoints are reached from outside, empty where none is configured.
    """

    http: Http
    now: Callable[[], datetime]
    store: Store
    log: Log
    folder: str
    organisation: UUID
    meter: Meter
    known: Known
    tokens: Tokens
    inbox: Inbox
    secrets: Secrets
    learners: Learners
    address: str = ""


@dataclass(frozen=True, slots=True)
class Concept:
    """One competency or topic of a framework, with its labels in the languages wanted.

    `preferred`: those of the labels that name it best, one a language. `description`: what it means, in each language
    known, a line of its own for each; empty where there is none.
    """

    framework: str
    iri: str
    labels: tuple[str, ...]
    preferred: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class Competency:
    """One competency as a framework's file gives it; `labels` are (language, kind, text).

    It may be told in parts, each with the same IRI: labels and descriptions add up, of all else the first counts.
    The kind is preferred, alternative or hidden. `parent` is an IRI of the same framework. `descriptions` are
    (language, text). `code`: its notation in the framework. `replaced_by`: the IRI to use instead, once it is retired,
    which it is from `retires_on` on.
    """

    iri: str
    labels: tuple[tuple[str, str, str], ...]
    parent: str | None = None
    retired: bool = False
    descriptions: tuple[tuple[str, str], ...] = ()
    code: str = ""
    replaced_by: str | None = None
    retires_on: date | None = None

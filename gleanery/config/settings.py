"""The sections of the configuration and their defaults: every setting with its unit."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

from platformdirs import user_config_path
from pydantic import Field, SecretStr, field_validator

from gleanery.config.digests import DigestSettings
from gleanery.config.learning import LearningSettings
from gleanery.config.links import LinkSettings, ReviewSettings
from gleanery.config.names import named
from gleanery.config.reading import ReadingSettings
from gleanery.config.record import ForwardSettings, LrsSettings, RecordSettings, RetentionSettings
from gleanery.config.section import Name, Section, WebAddress, distinct
from gleanery.config.signing_in import SigningInSettings


class OrganisationSettings(Section):
    """Who this house belongs to. Both addresses enter every statement: choose them once."""

    name: str = "My organisation"
    people_home: WebAddress = "https://people.example.org"
    bridge_home: WebAddress = "https://gleanery.example.org"


class GoalSettings(Section):
    """A company objective; items serve it by a competency or by a word."""

    name: Name
    title: str
    competencies: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class FrameworkSettings(Section):
    """A competency framework to import from a file the organisation has.

    `languages`: of the labels to bring in; empty: all there are. `review`: a changed file waits until somebody has
    looked at what it changes.
    """

    name: Name
    path: Path
    language: str = "en"
    languages: tuple[str, ...] = ()
    review: bool = False


class SourceSettings(Section):
    """A configured place to read. `first_items`: how much of its first reading goes to the curators, 0 or null: all."""

    name: Name
    connector: str
    every_minutes: int = Field(default=60, ge=1)
    first_items: int | None = Field(default=200, ge=0)
    settings: dict[str, Any] = Field(default_factory=dict)


class StepSettings(Section):
    """A step of the curation, in its place."""

    step: str
    settings: dict[str, Any] = Field(default_factory=dict)


class CurationSettings(Section):
    """The steps in order, what a curator may say by one key, and whether a named policy may approve what they keep.

    `trainer`: what learns from the curators' decisions, null for nothing.
    """

    steps: tuple[StepSettings, ...] = tuple(
        StepSettings(step=name)
        for name in (
            "canonical",
            "duplicates",
            "language",
            "sensitive",
            "substance",
            "words",
            "quality",
            "aids",
            "tags",
        )
    )
    reject_reasons: tuple[Annotated[str, Field(min_length=1, max_length=80)], ...] = Field(
        default=("Off topic", "Out of date", "Advertising", "Too little in it", "Known already"), max_length=9
    )
    tags_that_leave: Literal["confirmed", "high", "all"] = "confirmed"
    auto_approve: Literal["off", "keep"] = "off"
    auto_approve_limit: int | None = Field(default=None, ge=0)
    policy_name: Name = "default"
    trainer: str | None = "lexical"


class DestinationSettings(Section):
    """A configured LMS or file. `takes`: every approved item, or only what published collections bring there."""

    name: Name
    adapter: str
    takes: Literal["approved", "collections"] = "approved"
    settings: dict[str, Any] = Field(default_factory=dict)


class DeliverySettings(Section):
    """How long a verdict may still be undone, how failures are tried again, and how often destinations are asked.

    `compare_hours`: what became of our entries there, 0 never; `read_back_minutes`: what learners did there, 0 never.
    """

    undo_seconds: int = Field(default=30, ge=0)
    attempts: int = Field(default=8, ge=1)
    first_retry_seconds: int = Field(default=30, ge=1)
    longest_retry_seconds: int = Field(default=900, ge=1)
    compare_hours: int = Field(default=24, ge=0, le=720)
    read_back_minutes: int = Field(default=60, ge=0, le=10_080)


class EvidenceSettings(Section):
    """How long evidence of a competency holds where its award does not say: in years, by the competency's address."""

    valid_years: dict[str, Annotated[int, Field(ge=1, le=100)]] = Field(default_factory=dict)


class HttpSettings(Section):
    """The limits of every outgoing request."""

    timeout_seconds: float = Field(default=10, gt=0)
    total_seconds: float = Field(default=30, gt=0)
    max_bytes: int = Field(default=10 * 2**20, gt=0)
    allow_hosts: tuple[str, ...] = ()
    ca_file: Path | None = None


class ServeSettings(Section):
    """Where the web page listens; another address than loopback needs TLS or `allow_plain_http`.

    `address` is where platforms and people reach it from outside.
    """

    host: str = "127.0.0.1"
    port: int = Field(default=8327, ge=0, le=65535)
    address: WebAddress | None = None
    tls_certificate: Path | None = None
    tls_key: Path | None = None
    allow_plain_http: bool = False


class PeopleSettings(Section):
    """What notices to people say of you, and how the HR list is followed."""

    contact: str = ""
    data_protection_officer: str = ""
    supervisory_authority: str = ""
    transfers: str = ""
    authors_basis: str = ""
    staff_basis: str = ""
    hr_list_verifies: bool = True
    leavers: Literal["unlink", "keep"] = "unlink"
    erasure_needs_two: bool = False


class Config(Section):
    """The whole configuration. Relative paths are taken from the folder of the file."""

    organisation: OrganisationSettings = OrganisationSettings()
    data: Path = Path("data")
    database: SecretStr | None = None
    record: RecordSettings = RecordSettings()
    goals: tuple[GoalSettings, ...] = ()
    frameworks: tuple[FrameworkSettings, ...] = ()
    sources: tuple[SourceSettings, ...] = ()
    reading: ReadingSettings = ReadingSettings()
    curation: CurationSettings = CurationSettings()
    destinations: tuple[DestinationSettings, ...] = ()
    delivery: DeliverySettings = DeliverySettings()
    evidence: EvidenceSettings = EvidenceSettings()
    http: HttpSettings = HttpSettings()
    serve: ServeSettings = ServeSettings()
    signing_in: SigningInSettings = SigningInSettings()
    people: PeopleSettings = PeopleSettings()
    lrs: LrsSettings = LrsSettings()
    retention: RetentionSettings = RetentionSettings()
    digests: DigestSettings = DigestSettings()
    learning: LearningSettings = LearningSettings()
    links: LinkSettings = LinkSettings()
    review: ReviewSettings = ReviewSettings()
    folder: Path = Field(default=Path(), exclude=True)
    file: Path | None = Field(default=None, exclude=True)

    _one_of_each_name = field_validator("goals", "frameworks", "sources", "destinations")(distinct)

    @property
    def database_url(self) -> str:
        """The database's address: the configured one, or the SQLite file in the data folder."""
        if self.database is not None:
            return self.database.get_secret_value()
        return f"sqlite:///{self.data / 'gleanery.db'}"

    def key_folder(self, organisation: UUID) -> Path:
        """Where the keys of this organisation lie: outside the data folder by default."""
        root = self.record.key_folder or user_config_path("gleanery") / "keys"
        return root / str(organisation)

    def source(self, name: str) -> SourceSettings:
        """The source of this name. Raises: ConfigError naming the nearest."""
        return named("source", name, {source.name: source for source in self.sources})

    def destination(self, name: str) -> DestinationSettings:
        """The destination of this name. Raises: ConfigError naming the nearest."""
        return named("destination", name, {place.name: place for place in self.destinations})

    def target(self, name: str) -> ForwardSettings:
        """The record store of this name that is forwarded to. Raises: ConfigError naming the nearest."""
        return named("lrs.forward target", name, {target.name: target for target in self.lrs.forward})

    @property
    def undo_window(self) -> timedelta:
        return timedelta(seconds=self.delivery.undo_seconds)

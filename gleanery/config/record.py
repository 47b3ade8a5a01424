"""The record's part of the configuration: its keys and checkpoints, its web side, its targets, how long it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import AwareDatetime, Field, SecretStr, field_validator, model_validator

from gleanery.config.section import Name, SecretReference, Section, WebAddress, distinct


class MailServer(Section):
    """A mail server that takes our mails; without a host there is none."""

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    encryption: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr | None = None
    sender: str = ""


class MailSettings(MailServer):
    """A mail server and who gets the checkpoints; without a host none is sent."""

    to: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_addresses(self) -> Self:
        if self.host and not (self.sender and self.to):
            raise ValueError("a mail needs a sender and somebody it goes to")
        return self


class WebhookSettings(Section):
    """An address that checkpoints are posted to, signed with a shared secret; without one none is sent."""

    url: WebAddress | None = None
    secret: SecretStr | None = None

    @model_validator(mode="after")
    def _is_signed(self) -> Self:
        if self.url and self.secret is None:
            raise ValueError("a webhook needs a secret that its receiver knows too")
        return self


class TimestampSettings(Section):
    """A time-stamping authority (RFC 3161) and the authority that vouches for it; without an address none is asked."""

    url: WebAddress | None = None
    ca_file: Path | None = None

    @model_validator(mode="after")
    def _can_be_checked(self) -> Self:
        if self.url and self.ca_file is None:
            raise ValueError("a time stamp can only be checked with the ca_file of its authority")
        return self


class SendSettings(Section):
    """How checkpoints leave this machine."""

    every_minutes: int = Field(default=60, ge=1)
    mail: MailSettings = MailSettings()
    webhook: WebhookSettings = WebhookSettings()
    timestamp: TimestampSettings = TimestampSettings()

    @property
    def any(self) -> bool:
        """True if they leave it in any way."""
        return bool(self.mail.host or self.webhook.url or self.timestamp.url)


class RecordSettings(Section):
    """Where the signing key lies and where checkpoints are copied."""

    key_folder: Path | None = None
    second_place: Path | None = None
    checkpoint_seconds: int = Field(default=60, ge=1, le=60)
    send_checkpoints: SendSettings = SendSettings()


class ForwardFilterSettings(Section):
    """Which statements another record store gets; nothing set means all."""

    verbs: tuple[str, ...] = ()
    activities: tuple[str, ...] = ()
    since: AwareDatetime | None = None
    only_own: bool = False


class ForwardSettings(Section):
    """Another record store that gets what this one records."""

    name: Name
    endpoint: WebAddress
    key: str
    secret: SecretReference
    version: Literal["1.0.3", "2.0.0"] | None = None
    batch: int = Field(default=100, ge=1, le=1000)
    batch_bytes: int = Field(default=4 * 2**20, ge=2**10)
    allow_http: bool = False
    paused: bool = False
    filter: ForwardFilterSettings = ForwardFilterSettings()

    @model_validator(mode="after")
    def _keeps_the_secret(self) -> Self:
        """The secret travels with every request, and so do people's records."""
        parts = urlsplit(self.endpoint)
        if "@" in parts.netloc or parts.query:
            raise ValueError("the address holds more than an address: the key is `key`, its secret `secret`")
        on_this_machine = parts.hostname in ("localhost", "127.0.0.1", "::1")
        if parts.scheme == "http" and not (on_this_machine or self.allow_http):
            raise ValueError(
                "http:// would send the secret unencrypted: use https://, or set allow_http: true"
            )
        return self


class LrsSettings(Section):
    """The record on the web, under /xapi. No limit on requests where none is set."""

    enabled: bool = True
    default_version: Literal["1.0.3", "2.0.0"] = "1.0.3"
    public_url: WebAddress | None = None
    max_body_bytes: int = Field(default=16 * 2**20, ge=2**10)
    max_batch: int = Field(default=10_000, ge=1)
    requests_per_minute: int | None = Field(default=None, ge=1)
    origins: tuple[str, ...] = ("*",)
    forward: tuple[ForwardSettings, ...] = ()

    _one_of_each_name = field_validator("forward")(distinct)


PurposeName = Literal["learning-record", "curation-credit", "social-activity", "individual-report"]


class StatementRule(Section):
    """Statements that go after a time: those of a verb, those that serve a purpose, or all."""

    name: Name
    days: int = Field(ge=1)
    verb: str | None = None
    purpose: PurposeName | None = None


class RetentionSettings(Section):
    """How long words and statements are kept, in days. The audit log is kept as long as the house."""

    undecided_days: int | None = Field(default=90, ge=1)
    rejected_days: int | None = Field(default=90, ge=1)
    retracted_days: int | None = Field(default=None, ge=1)
    statements: tuple[StatementRule, ...] = ()

    _one_of_each_name = field_validator("statements")(distinct)

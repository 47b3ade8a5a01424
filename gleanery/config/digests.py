"""The digests' part of the configuration: by which ways they leave, and when."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator

from gleanery.config.record import MailServer
from gleanery.config.section import Section, WebAddress


class DigestSettings(Section):
    """How people are told what waits. Without a mail server none is mailed, without a token none goes to Slack.

    `slack_webhook` is the address of a channel, which itself is the secret; it is told counts only.
    """

    hour: int = Field(default=6, ge=0, le=23)
    mail: MailServer = MailServer()
    slack_token: SecretStr | None = None
    slack_api: WebAddress = "https://slack.com/api"
    slack_webhook: SecretStr | None = None
    channel_every: Literal["off", "day", "week"] = "off"

    @model_validator(mode="after")
    def _has_sender(self) -> Self:
        if self.mail.host and not self.mail.sender:
            raise ValueError("a mail needs a sender")
        return self

    @property
    def ways(self) -> tuple[str, ...]:
        """The ways a person may choose."""
        return (*(("mail",) if self.mail.host else ()), *(("slack",) if self.slack_token else ()))

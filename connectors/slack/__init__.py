"""Slack, read live with an app of the organisation's own, or from a workspace export.

A post's realm is the workspace's id and its id is `<channel id>:<ts>`, whichever way it came, so that an export and
the live reading of one workspace meet in the same posts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, ClassVar

from connectors import _cards
from connectors._errors import Rule
from connectors.slack.app import app_of, manifest
from connectors.slack.exported import PAGE, Exported
from connectors.slack.live import Live
from connectors.slack.refusals import ERRORS
from connectors.slack.settings import SlackSettings
from gleanery import ports
from gleanery.ports import (
    API_VERSION,
    Check,
    Choice,
    ConnectorCard,
    Context,
    Endpoint,
    OAuthApp,
    Page,
    Policy,
    Received,
)

__all__ = ["PAGE", "Slack", "SlackSettings"]


class Slack:
    """Reads the conversations of a workspace, live or from an export, one partition each."""

    name: ClassVar[str] = "slack"
    api_version: ClassVar[int] = API_VERSION
    Settings: ClassVar[type[ports.Settings]] = SlackSettings
    about: ClassVar[ConnectorCard] = _cards.SLACK
    errors: ClassVar[tuple[Rule, ...]] = ERRORS

    def __init__(self, settings: SlackSettings, ctx: Context) -> None:
        self._settings = settings
        self._live = Live(settings, ctx) if settings.is_live else None
        self._exported = Exported(settings, settings.export) if settings.export else None
        self.policy = Policy(
            may_store_text=True,
            may_score=True,
            may_learn=settings.learn_from,
            may_pass_text_on=settings.words_may_leave,
        )

    def oauth(self) -> OAuthApp | None:
        """The app to sign in through, None where a token or an export is given."""
        return app_of(self._settings)

    def choices(self) -> Sequence[Choice]:
        """The channels that the app was invited to."""
        return self._live.choices() if self._live else ()

    @staticmethod
    def manifest(redirect: str) -> str:
        """The app's manifest, to paste at api.slack.com, with the address to which people come back."""
        return manifest(redirect)

    def check(self) -> Sequence[Check]:
        """Whether the export or the workspace can be read, what of it, and what is not possible."""
        return self._way.check()

    def partitions(self) -> Sequence[str]:
        """Ids of the chosen conversations."""
        return self._way.partitions()

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """What is new, changed or gone since `state`."""
        return self._way.pages(partition, state)

    def receive(self, events: Sequence[Received]) -> Page:
        """What Slack's events say."""
        return self._live.receive(events) if self._live else Page((), {}, complete=True)

    def endpoints(self) -> Sequence[Endpoint]:
        """`events`, to which Slack sends; none without a signing secret."""
        return self._live.endpoints() if self._live else ()

    def listen(self) -> AbstractContextManager[None]:
        """Connected to Slack for events (Socket Mode); does nothing without an app token."""
        return self._live.listen() if self._live else nullcontext()

    @property
    def _way(self) -> Live | Exported:
        way = self._live or self._exported
        if way is None:
            raise LookupError("the settings make sure that there is one of the two")
        return way

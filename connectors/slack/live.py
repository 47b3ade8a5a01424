"""A workspace read live: which channels, whose turn it is, and what stops the whole source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import Any

from pydantic import SecretStr

from connectors._errors import refusal
from connectors._values import digest
from connectors.slack.app import token_of
from connectors.slack.checks import checks
from connectors.slack.events import STOPPED, Events, EventsEndpoint
from connectors.slack.reading import ChannelReading
from connectors.slack.refusals import ERRORS
from connectors.slack.settings import SlackSettings
from connectors.slack.tiers import Allowance
from connectors.slack.turns import Turns
from connectors.slack.web import Web
from connectors.slack.workspace import Workspace
from gleanery.errors import GleaneryError
from gleanery.ports import Check, Choice, Context, Endpoint, Page, Received


class Live:
    """Reads with a token.

    A reading that Slack interrupts (so many requests a minute) is one round with those that follow: a channel that
    had its turn is not asked again before all had theirs (see `turns`). The house begins with the one longest unread.
    """

    def __init__(self, settings: SlackSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        self._allowance = Allowance(ctx, settings.requests_per_minute)
        self._turns = Turns(ctx)

    @cached_property
    def _token(self) -> SecretStr:
        return token_of(self._settings, self._ctx)

    @cached_property
    def _web(self) -> Web:
        return Web(self._ctx, self._token, self._settings.base_url, self._allowance)

    @cached_property
    def _workspace(self) -> Workspace:
        return Workspace(self._web, self._settings, self._ctx)

    def choices(self) -> Sequence[Choice]:
        """The channels that the app is in, by name."""
        found = self._workspace.invited_to()
        return [Choice(one.id, f"#{one.name}") for one in sorted(found, key=lambda one: one.name)]

    def check(self) -> Sequence[Check]:
        """The token, its rights, the channels, the pace, the events. Costs about three requests of no scarce kind."""
        return list(checks(self._settings, self._ctx, self._web, self._workspace))

    def partitions(self) -> Sequence[str]:
        """Ids of the channels that the app is in, then names and ids given that it is not in.

        Raises: ConfigError once Slack said that the app was removed.
        """
        self._refuse_stopped()
        found = [*self._workspace.channels, *self._workspace.missing]
        self._turns.go_on(found)
        return found

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """See `reading`; nothing for a channel that had its turn in this round."""
        if self._turns.is_through(partition):
            return
        try:
            self._refuse_stopped()
            channel = self._workspace.channel(partition)
            place = self._workspace.place(channel, tells_reactions=True)
            reading = ChannelReading(self._web, self._ctx, self._settings, place, channel.asked, state)
            for page in reading.pages():
                self._turns.served(partition)
                yield page
            self._turns.ended(partition)
        except GleaneryError as error:
            if error.stops_source:
                self._turns.interrupt()
            else:
                self._turns.ended(partition)
            raise

    def receive(self, events: Sequence[Received]) -> Page:
        """See `events`. Raises as `Web.ask` where who is who has to be asked first."""
        return Events(self._ctx, self._workspace, self._token).take_in(events)

    def endpoints(self) -> Sequence[Endpoint]:
        """The address for Slack's events, where a signing secret is given."""
        secret = self._settings.signing_secret
        if secret is None:
            return ()
        return (Endpoint("events", ("POST",), EventsEndpoint(self._ctx, secret).answer),)

    def listen(self) -> AbstractContextManager[None]:
        """See `socket_mode`."""
        if self._settings.app_token is None:
            return nullcontext()
        from connectors.slack.socket_mode import listening  # slack_sdk is imported only where it is used

        base_url = self._settings.base_url
        return listening(
            self._ctx, Web(self._ctx, self._settings.app_token, base_url, self._allowance), base_url
        )

    def _refuse_stopped(self) -> None:
        """Raises: ConfigError where an event said that this token is no longer good."""
        stopped = self._ctx.store.get(STOPPED)
        if stopped and stopped["token"] == digest(self._token.get_secret_value()):
            raise refusal(ERRORS, 200, stopped["code"])

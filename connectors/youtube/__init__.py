"""YouTube, by the Data API v3: https://developers.google.com/youtube/v3/docs

Channels are read by their uploads playlist and never searched for. A video is the same post that the connector
`feeds` gives for its channel's feed, so that a channel may be read without quota at first, or the other way round.

What is kept must be looked up again within 30 days; the partition `refresh` does so within 25.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar, Protocol

from connectors import _cards
from connectors._errors import Rule
from connectors.youtube.captioning import Captioning
from connectors.youtube.channel import Channel
from connectors.youtube.checking import checks
from connectors.youtube.client import Client
from connectors.youtube.commenting import Commenting
from connectors.youtube.listing import Listing
from connectors.youtube.looking import Looking
from connectors.youtube.references import video_at
from connectors.youtube.refusals import ERRORS
from connectors.youtube.renewing import Renewing
from connectors.youtube.searching import Searching, search_partition
from connectors.youtube.settings import YouTubeSettings
from connectors.youtube.singles import Singles
from gleanery import ports
from gleanery.ports import (
    API_VERSION,
    Allowance,
    Check,
    ConnectorCard,
    Context,
    Estimate,
    OAuthApp,
    Page,
    Policy,
)


class Reader(Protocol):
    """How one partition is read."""

    def pages(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """Pages from `state` on."""

    def cost(self, state: Mapping[str, Any]) -> Estimate:
        """What reading from `state` on would bring and cost; sends at most one request of one unit."""


class YouTube:
    """Reads channels, playlists, single videos and searches, one partition each, and what belongs to the videos."""

    name: ClassVar[str] = "youtube"
    api_version: ClassVar[int] = API_VERSION
    Settings: ClassVar[type[ports.Settings]] = YouTubeSettings
    about: ClassVar[ConnectorCard] = _cards.YOUTUBE
    errors: ClassVar[tuple[Rule, ...]] = ERRORS

    def __init__(self, settings: YouTubeSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        self._client = Client(settings, ctx)
        self._looking = Looking(self._client, ctx)
        self.policy = Policy(
            max_age=timedelta(days=30),
            refresh_by=timedelta(days=25),
            may_store_text=True,
            may_pass_text_on=settings.words_may_leave,
            may_embed=True,
            attribution="YouTube",
            delete_on_disconnect=True,
        )

    def check(self) -> Sequence[Check]:
        """Whether the key or sign-in works, what is left today, and which channels and playlists are there."""
        return checks(self._settings, self._client, self._ctx)

    def oauth(self) -> OAuthApp | None:
        """The app to sign in through, None where a key is used."""
        return self._client.oauth()

    def partitions(self) -> Sequence[str]:
        """Channels, playlists, `videos`, searches (by a fingerprint), `comments`, `captions`, `refresh`."""
        settings = self._settings
        return [
            *(f"channel:{channel}" for channel in settings.channels),
            *(f"playlist:{playlist}" for playlist in settings.playlists),
            *(["videos"] if settings.videos else []),
            *map(search_partition, settings.searches),
            *(["comments"] if settings.comments else []),
            *(["captions"] if settings.captions else []),
            "refresh",
        ]

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """Pages of one partition; `refusals.ERRORS` says what they raise."""
        return self._reader(partition).pages(state)

    def estimate(self, partition: str, state: Mapping[str, Any]) -> Estimate:
        """What reading a partition would bring and cost; itself at most one unit."""
        return self._reader(partition).cost(state)

    def thing_at(self, address: str) -> str | None:
        """The id of the video at an address; None for any other."""
        return video_at(address)

    def look(self, things: Sequence[str]) -> Mapping[str, bool]:
        """By id: whether everybody may still see the video. A unit for 50."""
        return self._looking.standing(things)

    def allowances(self) -> Sequence[Allowance]:
        """Units and searches of the day in Los Angeles."""
        return self._client.quota.allowances()

    def _reader(self, partition: str) -> Reader:
        settings, client, looking, ctx = self._settings, self._client, self._looking, self._ctx
        kind, _, which = partition.partition(":")
        if kind == "channel":
            return Channel(which, settings.first_days, client, looking, ctx)
        if kind == "playlist":
            return Listing(which, None, settings.first_days, client, looking, ctx)
        if kind == "search":
            words = next(one for one in settings.searches if search_partition(one) == partition)
            return Searching(words, settings, client, looking, ctx)
        if kind == "videos":
            return Singles(settings.videos, looking, ctx)
        if kind == "comments":
            return Commenting(settings.comments_days, client, looking, ctx)
        return Captioning(client, ctx) if kind == "captions" else Renewing(looking, ctx)

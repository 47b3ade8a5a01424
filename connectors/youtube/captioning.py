"""Captions of one's own videos: https://developers.google.com/youtube/v3/docs/captions

Only who may edit a video may read its captions, and that costs 250 units: so they are read for the signed-in
account's own videos alone, once and then every 24 days, as what is kept must be fetched again within 30.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from connectors._speech import Speech, speech_in
from connectors.youtube.client import Client, Json
from connectors.youtube.drafts import CAPTION, caption_post, vanished
from connectors.youtube.looking import Found
from connectors.youtube.quota import UNITS
from gleanery.errors import ConfigError, Denied, Gone
from gleanery.model.posts import PostDraft
from gleanery.ports import Context, Estimate, KnownPost, Page

UNITS_A_VIDEO = 250
ROUND = timedelta(days=24)
_OWN = "own channels"
_TIMES = re.compile(r"^\d+\s*$|^\d\d:\d\d:\d\d[,.]\d+ --> .*$|<[^>\n]*>", re.MULTILINE)


class Captioning:
    """The partition of captions; the state holds by video when its captions were read (`looked`)."""

    def __init__(self, client: Client, ctx: Context) -> None:
        self._client, self._ctx = client, ctx

    def pages(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """The captions of the videos whose turn it is, a page each, while half of the day's quota lasts."""
        looked: dict[str, str] = dict(state.get("looked", {}))
        for video in self.due(state):
            if self._client.quota.left(UNITS) * 2 <= self._client.quota.limit(UNITS) + UNITS_A_VIDEO:
                self._ctx.log.info(
                    "youtube.captions.paused", until=self._client.quota.renewed_at().isoformat()
                )
                return
            found = self._read(video)
            looked[video.external_id] = self._ctx.now().isoformat()
            yield Page(
                found.posts, {"looked": dict(looked)}, complete=False, gone=found.gone, faults=found.faults
            )
        yield Page((), {"looked": looked}, complete=True)

    def cost(self, state: Mapping[str, Any]) -> Estimate:
        """250 units for each video whose turn it is."""
        due = len(self.due(state))
        return Estimate(posts=due, requests=2 * due, units={UNITS: UNITS_A_VIDEO * due} if due else {})

    def due(self, state: Mapping[str, Any]) -> list[KnownPost]:
        """The account's own videos whose captions were never read, or not within 24 days."""
        now, looked = self._ctx.now(), state.get("looked", {})
        return [
            video
            for channel in self._own_channels()
            for video in self._ctx.known.posts(realm=channel)
            if video.parent_external_id is None and _is_due(looked.get(video.external_id), now)
        ]

    def _own_channels(self) -> Sequence[str]:
        kept: list[str] | None = self._ctx.store.get(_OWN)
        if kept is None:
            kept = [str(one["id"]) for one in self._client.channels("id", mine=True)]
            self._ctx.store.put(_OWN, kept, expires_in=timedelta(days=1))
        return kept

    def _read(self, video: KnownPost) -> Found:
        """The captions of a video; earlier ones that it has no more are gone."""
        found = Found()
        try:
            track = _chosen(self._client.captions(video.external_id))
            if track is not None:
                text = self._client.caption_text(str(track["id"]))
                found.add(f"captions {track['id']}", lambda: _post(track, text, video))
        except (ConfigError, Denied, Gone) as error:
            if error.stops_source:
                raise
            self._ctx.log.info("youtube.captions.refused", video=video.external_id, reason=error.message)
            return found
        known = {post.external_id for post in self._ctx.known.posts(parent=video.external_id, prefix=CAPTION)}
        given = {post.external_id for post in found.posts}
        found.gone += [vanished(video.realm, one) for one in known - given]
        return found


def _post(track: Json, text: bytes, video: KnownPost) -> PostDraft:
    file = text.decode("utf-8", "replace")
    said = speech_in(file) or Speech(spoken(file), ())
    language = str((track.get("snippet") or {}).get("language") or "")
    return caption_post(str(track["id"]), language, said, video.external_id, video.realm)


def spoken(subrip: str) -> str:
    """The words of a SubRip file, without numbers, times and markup."""
    return " ".join(_TIMES.sub(" ", subrip.lstrip("\ufeff")).split())


def _chosen(tracks: Sequence[Json]) -> Json | None:
    """The track somebody made, rather than one recognised by machine; None where none can be had."""
    ready = [one for one in tracks if (one.get("snippet") or {}).get("status", "serving") == "serving"]
    made = [
        one for one in ready if one["snippet"].get("trackKind") != "asr" and not one["snippet"].get("isDraft")
    ]
    return next(iter(made or ready), None)


def _is_due(looked: str | None, now: datetime) -> bool:
    return looked is None or now - datetime.fromisoformat(looked) >= ROUND

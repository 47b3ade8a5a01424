"""What an administrator is told before YouTube is read, and what the telling costs: a unit or a few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from connectors._web import encryption
from connectors.youtube.channel import by_reference
from connectors.youtube.client import IDS, Client, Json
from connectors.youtube.listing import LONGEST
from connectors.youtube.quota import SEARCHES, UNITS
from connectors.youtube.references import feed_address
from connectors.youtube.settings import YouTubeSettings
from gleanery.errors import GleaneryError
from gleanery.ports import Check, Context

_PART = "contentDetails,statistics"


def checks(settings: YouTubeSettings, client: Client, ctx: Context) -> list[Check]:
    """One line each: access, quota, sign-in, channels, playlists, and what is not possible."""
    before = client.quota
    try:
        left = before.left(UNITS)
        found = list(_what_is_there(settings, client))
        cost = left - before.left(UNITS)
    except GleaneryError as error:
        return [
            Check("access", False, error.message, error.remedy),
            *encryption(settings.base_url, settings.key),
        ]
    how = "the sign-in" if client.oauth() else "the key"
    return [
        Check("access", True, f"{how} works; asking cost {cost} units."),
        *encryption(settings.base_url, settings.key, settings.client_secret),
        *_quota(settings, client),
        *_sign_in(client, ctx),
        *found,
        *_limits(settings),
    ]


def _what_is_there(settings: YouTubeSettings, client: Client) -> Iterator[Check]:
    ids = [one for one in settings.channels if one.startswith("UC")]
    there = {str(one["id"]): one for part in _parts(ids) for one in client.channels(_PART, id=",".join(part))}
    for reference in settings.channels:
        if reference in ids:
            yield _channel(reference, there.get(reference))
        else:
            yield _channel(reference, next(iter(client.channels(_PART, **by_reference(reference))), None))
    lists = {str(one["id"]) for part in _parts(settings.playlists) for one in client.playlists(part)}
    for playlist in settings.playlists:
        yield _playlist(playlist, playlist in lists)
    if settings.videos:
        yield _videos(settings, client)
    if not (settings.channels or settings.playlists or settings.videos):
        client.channels("id", forHandle="@YouTube")  # only to try the key


def _channel(reference: str, record: Json | None) -> Check:
    name = f"channel {reference}"
    if record is None:
        remedy = "Correct it in `channels`; an id (UC…) stays when a handle changes."
        return Check(name, False, "there is no such channel.", remedy)
    count = int((record.get("statistics") or {}).get("videoCount") or 0)
    text = f"{count:,} videos. Its newest 15 come without quota, too: connector `feeds`, {feed_address(record['id'])}"
    if count > LONGEST:
        text += f" . YouTube lists only the newest {LONGEST:,}; enter older ones in `videos`."
    return Check(name, True, text)


def _playlist(playlist: str, is_there: bool) -> Check:
    if is_there:
        return Check(f"playlist {playlist}", True, "it is there.")
    remedy = "Correct it in `playlists`; a private one needs a sign-in as its owner (`client_id`)."
    return Check(f"playlist {playlist}", False, "it is not there, or private.", remedy)


def _videos(settings: YouTubeSettings, client: Client) -> Check:
    there = {str(one["id"]) for part in _parts(settings.videos) for one in client.videos(part)}
    missing = [video for video in settings.videos if video not in there]
    if not missing:
        return Check("videos", True, f"{len(there)} are there.")
    text = f"{len(missing)} of {len(settings.videos)} are not there or private: {', '.join(missing[:10])}."
    return Check("videos", False, text, "Correct or remove them in `videos`.")


def _quota(settings: YouTubeSettings, client: Client) -> Iterator[Check]:
    quota = client.quota
    back = f"{quota.renewed_at():%Y-%m-%d %H:%M} UTC (midnight in Los Angeles)"
    for bucket, setting in ((UNITS, "daily_units"), (SEARCHES, "daily_searches")):
        if bucket == SEARCHES and not settings.searches:
            continue
        left, limit = quota.left(bucket), quota.limit(bucket)
        text = f"{left:,} of {limit:,} {bucket} are left of `{setting}`; all come back at {back}."
        yield Check("quota", left > 0, text, "" if left else "Reading goes on by itself then.")


def _sign_in(client: Client, ctx: Context) -> list[Check]:
    app = client.oauth()
    if app is None:
        return []
    until: datetime | None = ctx.tokens.expires_at()
    text = f"scope {' '.join(app.scopes)}; "
    text += (
        f"the token runs out at {until:%Y-%m-%d %H:%M} UTC and is renewed by itself." if until else "no end."
    )
    text += " Of an app in Google's testing mode a sign-in ends after 7 days: publish the app."
    return [Check("sign-in", True, text)]


def _limits(settings: YouTubeSettings) -> list[Check]:
    if settings.captions:
        text = "read for videos of the signed-in account only, at 250 units each; nobody else's may be."
    else:
        text = "not read: YouTube gives them to nobody but the video's owner (`captions`)."
    return [Check("captions", True, text)]


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), IDS):
        yield ids[start : start + IDS]

"""The YouTube Data API v3 by Google's own client library, over the house's guarded session.

The library only builds requests and reads answers (https://github.com/googleapis/google-api-python-client); time
limits, proxy, certificates and counting are the house's, and it neither retries nor sleeps. The key travels in a
header, as an address shows up in logs: https://cloud.google.com/docs/authentication/api-keys-use
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from connectors._errors import refusal
from connectors._web import wait_of
from connectors.youtube.quota import SEARCHES, UNITS, Quota
from connectors.youtube.refusals import ERRORS, reason_of
from connectors.youtube.settings import YouTubeSettings
from gleanery.errors import GleaneryError, Unreachable
from gleanery.ports import Context, OAuthApp

if TYPE_CHECKING:
    from httplib2 import Response  # type: ignore[import-untyped]

READ = "https://www.googleapis.com/auth/youtube.readonly"
READ_MORE = "https://www.googleapis.com/auth/youtube.force-ssl"
"""What comments and captions want beyond READ when somebody signs in; a key reads comments without."""

IDS = 50
"""Ids that one request may ask for."""

LONG_IDS = 30
"""Ids of comments in one request: with more, its address would grow beyond what the library sends as GET."""

MINUTE = 60.0

Json = Mapping[str, Any]


class StaleToken(Unreachable):
    """The place in a list from which to go on is not known to YouTube any more."""


class Client:
    """The methods that are read, each counted before it is sent.

    Each raises QuotaExhausted (before sending, too), Unreachable, ConfigError, Denied, and Gone for what is not
    there; `refusals.ERRORS` says which and when.
    """

    def __init__(self, settings: YouTubeSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        limits = {UNITS: settings.daily_units, SEARCHES: settings.daily_searches}
        self.quota = Quota(ctx.meter, ctx.now, limits)
        self._line = _Line(ctx, settings.key)

    def channels(self, part: str, **by: str | bool) -> list[Json]:
        """Channels by `id` (50, comma between), `forHandle`, `forUsername` or `mine`."""
        return self._items(self._service.channels().list(part=part, **by), "the channel")

    def playlists(self, ids: Sequence[str]) -> list[Json]:
        """Playlists by up to 50 ids; those that are not there are missing."""
        request = self._service.playlists().list(part="snippet,status", id=",".join(ids), maxResults=IDS)
        return self._items(request, "the playlists")

    def playlist_page(self, playlist: str, token: str | None) -> Json:
        """50 items of a playlist, with `nextPageToken` where more follow and `pageInfo.totalResults`."""
        request = self._service.playlistItems().list(
            part="snippet,contentDetails,status", playlistId=playlist, maxResults=50, pageToken=token
        )
        return self._ask(request, f"the playlist {playlist}")

    def videos(self, ids: Sequence[str]) -> list[Json]:
        """Videos by up to 50 ids; those removed or private are missing."""
        part = "snippet,contentDetails,status,liveStreamingDetails"
        return self._items(self._service.videos().list(part=part, id=",".join(ids)), "the videos")

    def search_page(self, words: str, since: str | None, token: str | None) -> Json:
        """50 videos found, newest first. Costs one of the day's searches."""
        request = self._service.search().list(
            part="snippet",
            q=words,
            type="video",
            order="date",
            maxResults=50,
            publishedAfter=since,
            pageToken=token,
        )
        return self._ask(request, "the search", bucket=SEARCHES)

    def threads_page(self, video: str, token: str | None) -> Json:
        """100 comment threads of a video, newest first, each with up to 5 of its replies."""
        request = self._service.commentThreads().list(
            part="snippet,replies", videoId=video, maxResults=100, textFormat="plainText", pageToken=token
        )
        return self._ask(request, f"the video {video}")

    def replies_page(self, thread: str, token: str | None) -> Json:
        """100 replies of a thread."""
        request = self._service.comments().list(
            part="snippet", parentId=thread, maxResults=100, textFormat="plainText", pageToken=token
        )
        return self._ask(request, f"the comment {thread}")

    def comments(self, ids: Sequence[str]) -> list[Json]:
        """Comments and replies by up to 30 ids; those deleted are missing."""
        request = self._service.comments().list(part="snippet", id=",".join(ids), textFormat="plainText")
        return self._items(request, "the comments")

    def captions(self, video: str) -> list[Json]:
        """The caption tracks of a video of one's own. Costs 50 units."""
        request = self._service.captions().list(part="snippet", videoId=video)
        return self._items(request, f"the captions of the video {video}", units=50)

    def caption_text(self, track: str) -> bytes:
        """A caption track as SubRip. Costs 200 units."""
        request = self._service.captions().download_media(id=track, tfmt="srt")
        found: bytes = self._sent(request, f"the captions {track}", UNITS, 200)
        return found

    def _items(self, request: Any, what: str, units: int = 1) -> list[Json]:
        return list(self._ask(request, what, units=units).get("items") or ())

    def _ask(self, request: Any, what: str, *, bucket: str = UNITS, units: int = 1) -> Json:
        """The answer's JSON. Absence in it counts as deletion, so one that is not YouTube's is never believed."""
        answer = self._sent(request, what, bucket, units)
        if not isinstance(answer, dict) or not str(answer.get("kind", "")).startswith("youtube#"):
            raise _no_answer()
        return answer

    def _sent(self, request: Any, what: str, bucket: str, units: int) -> Any:
        from googleapiclient.errors import HttpError  # type: ignore[import-untyped]

        self._line.sign_in(self.oauth())
        while True:
            self.quota.take(bucket, units)
            try:
                return request.execute(http=self._line)
            except HttpError as error:
                if error.resp.status == 401 and self._line.renew(self.oauth()):
                    continue
                raise self._refused(error.resp.status, error.content, what) from error
            except ValueError as error:  # cut JSON
                raise _no_answer() from error

    def _refused(self, status: int, body: bytes, what: str) -> GleaneryError:
        code = reason_of(body)
        if code == "invalidPageToken":
            return StaleToken(f"youtube: {what} changed while it was read.")
        return refusal(
            ERRORS,
            status,
            code,
            until=self.quota.renewed_at(),
            retry_after=self._line.wait or (None if status >= 500 else MINUTE),
            what=what,
        )

    def oauth(self) -> OAuthApp | None:
        """The app through which somebody signs in, None where a key is used. A sign-in goes before a key."""
        settings = self._settings
        if settings.client_id is None:
            return None
        more = settings.comments or settings.captions
        return OAuthApp(
            token_url=settings.token_url,
            client_id=settings.client_id,
            authorize_url=settings.authorize_url,
            client_secret=settings.client_secret,
            scopes=(READ_MORE,) if more else (READ,),
            extra={"access_type": "offline", "prompt": "consent"},
            revoke_url=_beside(settings.token_url),
            rotates=False,
            issuer="https://accounts.google.com",
        )

    @property
    def _service(self) -> Any:
        return _library(self._settings.base_url + "/")


@cache
def _library(base_url: str) -> Any:
    """The library's methods, built from the description that it carries: no request is sent for it."""
    from googleapiclient.discovery import build  # type: ignore[import-untyped]

    logging.getLogger("googleapiclient").setLevel(logging.ERROR)  # refusals are told by our errors
    return build(
        "youtube",
        "v3",
        http=_NO_LINE,
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": base_url},
    )


_NO_LINE = object()
"""Each request is given the line of its source when it is sent."""


class _Line:
    """Carries the library's requests; answers as httplib2.Http does. `wait`: seconds the last answer asked for."""

    def __init__(self, ctx: Context, key: SecretStr | None) -> None:
        self._ctx, self._key = ctx, key
        self._token: SecretStr | None = None
        self._renewed = False
        self.wait: float | None = None

    def sign_in(self, app: OAuthApp | None) -> None:
        """Use the token of whoever signed in. Raises: Denied where nobody has."""
        if app is not None and self._token is None:
            self._token = self._ctx.tokens.access(app)

    def renew(self, app: OAuthApp | None) -> bool:
        """Get another token for one that was refused: it may run out amid a long reading; once per refusal."""
        if app is None or self._token is None or self._renewed:
            return False
        self._token = self._ctx.tokens.access(app, refused=self._token.get_secret_value())
        self._renewed = True
        return True

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_: Any
    ) -> tuple[Response, bytes]:
        """Send one request; raises the house's errors."""
        import httplib2

        data = body.encode() if isinstance(body, str) else body or b""
        answer = self._ctx.http.send(method, uri, data=data, headers=self._headers(headers or {}))
        self.wait = wait_of(answer, self._ctx.now())
        self._renewed = self._renewed and answer.status_code == 401
        told = {name.lower(): value for name, value in answer.headers.items()}
        response = httplib2.Response({**told, "status": str(answer.status_code)})
        response.reason = answer.reason
        return response, answer.content

    def _headers(self, headers: Mapping[str, str]) -> dict[str, str]:
        """The library's own are kept but for its name: only one that says gzip is answered packed."""
        kept = {name: value for name, value in headers.items() if name.lower() not in _OURS}
        if self._token is not None:
            proof = {"Authorization": f"Bearer {self._token.get_secret_value()}"}
        else:
            proof = {"X-Goog-Api-Key": self._key.get_secret_value() if self._key else ""}
        return {**kept, "User-Agent": "gleanery (gzip)", **proof}


_OURS = frozenset({"user-agent", "accept-encoding", "content-length"})


def _beside(token_url: str) -> str:
    """Where a grant is given back: https://oauth2.googleapis.com/revoke stands beside the token endpoint."""
    return token_url.removesuffix("/token") + "/revoke" if token_url.endswith("/token") else ""


def _no_answer() -> Unreachable:
    return Unreachable(
        "youtube gave an answer that is not its own, or only half of one.",
        remedy="If it stays so, check `base_url` and the proxy.",
        stops_source=True,
    )

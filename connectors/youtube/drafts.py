"""From YouTube's records to posts.

A video is the post that its channel's feed gives, too: platform `youtube`, realm the channel, id the video.
Records: https://developers.google.com/youtube/v3/docs/videos, …/comments
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connectors._speech import Speech
from connectors._text import shortened, tidy
from connectors._values import labels, language_code, moment, seconds_long, web_address
from connectors.youtube.references import video_address
from gleanery.model.posts import MAX_TEXT, Author, PostDraft, PostKind, Vanished

PLATFORM = "youtube"
COMMENT = "comment:"
"""Begins the external ids of comments; a video's is its bare id."""

CAPTION = "caption:"
_CREATIVE_COMMONS = "https://creativecommons.org/licenses/by/3.0/"

Json = Mapping[str, Any]


def video_post(record: Json) -> PostDraft:
    """The post of a video: `snippet`, and where they are there `contentDetails` and `status`.

    Raises: KeyError, ValueError (pydantic.ValidationError included) for a record without what a post needs.
    """
    snippet, video = record["snippet"], str(record["id"])
    channel, title = str(snippet["channelId"]), str(snippet.get("channelTitle") or "")
    return PostDraft(
        platform=PLATFORM,
        realm=channel,
        external_id=video,
        kind=PostKind.VIDEO,
        url=video_address(video),
        title=shortened(" ".join(str(snippet.get("title") or "").split()), 2_000),
        text=shortened(tidy(str(snippet.get("description") or "")), MAX_TEXT),
        author=Author(external_id=channel, name=title[:500]),
        published_at=moment(snippet["publishedAt"]),
        tags=labels(snippet.get("tags") or ()),
        language=language_code(
            str(snippet.get("defaultAudioLanguage") or snippet.get("defaultLanguage") or "")
        ),
        licence=_CREATIVE_COMMONS if _part(record, "status").get("license") == "creativeCommon" else None,
        seconds=_seconds(_part(record, "contentDetails")),
        channel=channel,
        thumbnail=_thumbnail(snippet),
    )


def comment_post(record: Json, video: str, channel: str) -> PostDraft:
    """The post of a comment on a video, or of a reply to one (`snippet.parentId`). Raises as `video_post`."""
    snippet, comment = record["snippet"], str(record["id"])
    parent = snippet.get("parentId")
    published = moment(snippet["publishedAt"])
    updated = moment(snippet.get("updatedAt") or snippet["publishedAt"])
    return PostDraft(
        platform=PLATFORM,
        realm=channel,
        external_id=COMMENT + comment,
        kind=PostKind.MESSAGE,
        url=f"{video_address(video)}&lc={comment}" if video else None,
        text=shortened(tidy(str(snippet.get("textDisplay") or "")), MAX_TEXT),
        author=_commenter(snippet),
        published_at=published,
        edited_at=updated if updated > published else None,
        parent_external_id=COMMENT + str(parent) if parent else video,
        channel=channel,
        act="replied" if parent else "commented",
    )


def caption_post(track: str, language: str, said: Speech, video: str, channel: str) -> PostDraft:
    """The post of a caption track: what is said in a video, beside it and not part of its own words."""
    return PostDraft(
        platform=PLATFORM,
        realm=channel,
        external_id=CAPTION + track,
        kind=PostKind.ARTICLE,
        url=video_address(video),
        text=said.text if said.cues else shortened(tidy(said.text), MAX_TEXT),
        cues=said.cues,
        parent_external_id=video,
        language=language_code(language),
        channel=channel,
    )


def vanished(realm: str, external_id: str) -> Vanished:
    """That a post is no longer there."""
    return Vanished(platform=PLATFORM, realm=realm, external_id=external_id)


def is_private(record: Json) -> bool:
    """Whether only some may see the video, or it never became one: only its owner is told of those."""
    status = _part(record, "status")
    failed = status.get("uploadStatus") in ("deleted", "failed", "rejected")
    return failed or status.get("privacyStatus") == "private"


def is_awaited(record: Json) -> bool:
    """Whether it is a broadcast or a premiere that is under way or still to come."""
    return _part(record, "snippet").get("liveBroadcastContent") in ("live", "upcoming")


def _part(record: Json, name: str) -> Json:
    part = record.get(name)
    return part if isinstance(part, Mapping) else {}


def _thumbnail(snippet: Json) -> str | None:
    """Its picture of 480 pixels, which its feed names too, else a smaller one."""
    sizes = _part(snippet, "thumbnails")
    found = (_part(sizes, name).get("url") for name in ("high", "medium", "default"))
    return next(filter(None, map(web_address, found)), None)


def _seconds(details: Json) -> int | None:
    """The length, None for one that is not known yet (`P0D`)."""
    return seconds_long(str(details["duration"])) or None if details.get("duration") else None


def _commenter(snippet: Json) -> Author | None:
    """The account, None where it was deleted."""
    account = _part(snippet, "authorChannelId").get("value")
    if not account:
        return None
    return Author(external_id=str(account), name=str(snippet.get("authorDisplayName") or "")[:500])

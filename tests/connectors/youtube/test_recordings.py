"""Every recorded answer is read; each field in them is either used or left out for a reason."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connectors.youtube.drafts import comment_post, is_awaited, is_private, video_post
from connectors.youtube.items import listed
from connectors.youtube.refusals import ERRORS, reason_of
from connectors.youtube.searching import results
from gleanery.model.posts import PostKind
from tests.conftest import shared_data

ENVELOPE = "kind etag id pageInfo nextPageToken prevPageToken regionCode eventId visitorId"
PICTURES = "thumbnails"  # an image is fetched from YouTube by whoever opens the page
TRANSLATED = "localized"  # the words in another language of the asker
COUNTED = "statistics"  # changes by the minute; not kept, as it may not be older than a day when shown

USED = {
    "youtube#video": {
        "snippet": "publishedAt channelId title description channelTitle tags liveBroadcastContent defaultLanguage"
        " defaultAudioLanguage",
        "contentDetails": "duration",
        "status": "uploadStatus privacyStatus license",
        "liveStreamingDetails": "scheduledStartTime actualStartTime",
    },
    "youtube#playlistItem": {
        "snippet": "publishedAt title description resourceId",
        "contentDetails": "videoId videoPublishedAt",
        "status": "privacyStatus",
    },
    "youtube#channel": {"contentDetails": "relatedPlaylists", "statistics": "videoCount"},
    "youtube#playlist": {},
    "youtube#searchResult": {"id": "videoId", "snippet": "publishedAt"},
    "youtube#commentThread": {"snippet": "topLevelComment totalReplyCount", "replies": "comments"},
    "youtube#comment": {
        "snippet": "authorDisplayName authorChannelId textDisplay parentId publishedAt updatedAt",
    },
    "youtube#caption": {"snippet": "trackKind language isDraft status"},
}

LEFT_OUT = {
    "youtube#video": {
        "snippet": f"{PICTURES} {TRANSLATED} categoryId",
        "contentDetails": "dimension definition caption licensedContent projection contentRating regionRestriction",
        "status": "embeddable publicStatsViewable madeForKids selfDeclaredMadeForKids publishAt",
        "whole": f"player {COUNTED} topicDetails",
    },
    "youtube#playlistItem": {
        "snippet": f"{PICTURES} channelId channelTitle playlistId position videoOwnerChannelId videoOwnerChannelTitle",
        "contentDetails": "note startAt endAt",
    },
    "youtube#channel": {
        "snippet": f"{PICTURES} {TRANSLATED} title description customUrl publishedAt country",
        "statistics": "viewCount commentCount subscriberCount hiddenSubscriberCount",
        "whole": "brandingSettings",
    },
    "youtube#playlist": {
        "snippet": f"{PICTURES} {TRANSLATED} title description channelId channelTitle publishedAt defaultLanguage",
        "whole": "contentDetails status player",
    },
    "youtube#searchResult": {
        "id": "kind channelId playlistId",
        "snippet": f"{PICTURES} channelId title description channelTitle liveBroadcastContent",
    },
    "youtube#commentThread": {"snippet": "channelId videoId canReply isPublic"},
    "youtube#comment": {
        "snippet": "authorProfileImageUrl authorChannelUrl channelId videoId textOriginal canRate viewerRating"
        " likeCount moderationStatus",
    },
    "youtube#caption": {
        "snippet": "videoId lastUpdated name audioTrackType isCC isLarge isEasyReader isAutoSynced",
    },
}


def _folder() -> Path:
    return shared_data("recordings/youtube-pyyoutube-testdata")


def _recorded() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(_folder().rglob("*.json")):
        yield str(path.relative_to(_folder())), json.loads(path.read_text("utf-8"))


def _records(kind: str) -> list[dict[str, Any]]:
    """All records of a kind, those within threads included."""
    found: list[dict[str, Any]] = []

    def gather(tree: Any) -> None:
        if isinstance(tree, dict):
            found.extend([tree] if tree.get("kind") == kind else [])
            for one in tree.values():
                gather(one)
        elif isinstance(tree, list):
            for one in tree:
                gather(one)

    for _, body in _recorded():
        gather(body)
    return [one for one in found if "snippet" in one or kind != "youtube#channel"]


@pytest.mark.parametrize("kind", sorted(USED))
def test_each_field_is_used_or_left_out_for_a_reason(kind: str) -> None:
    records = [one for one in _records(kind) if set(one) - {"kind", "channelId", "videoId", "playlistId"}]
    assert records
    parts = {*USED[kind], *LEFT_OUT[kind].get("whole", "").split(), *LEFT_OUT[kind]}
    unhandled = set()
    for record in records:
        unhandled |= {part for part in record if part not in parts and part not in ENVELOPE.split()}
        for part in {*USED[kind], *LEFT_OUT[kind]} & set(record):
            known = f"{USED[kind].get(part, '')} {LEFT_OUT[kind].get(part, '')}".split()
            fields = record[part] if isinstance(record[part], dict) else {}
            unhandled |= {f"{part}.{field}" for field in fields if field not in known}
    assert not unhandled


def test_every_recorded_video_becomes_a_post() -> None:
    videos = _records("youtube#video")
    posts = [video_post(record) for record in videos if "snippet" in record]
    assert len(posts) == len([one for one in videos if "snippet" in one]) >= 10
    for record, post in zip((one for one in videos if "snippet" in one), posts, strict=True):
        assert (post.external_id, post.realm, post.kind) == (
            record["id"],
            record["snippet"]["channelId"],
            PostKind.VIDEO,
        )
        assert post.title == " ".join(record["snippet"]["title"].split())
        assert (post.seconds is not None) == bool(record.get("contentDetails", {}).get("duration"))
        assert not is_awaited(record)
        assert not is_private(record) or record["status"]["privacyStatus"] == "private"


def test_every_recorded_list_is_read_item_by_item() -> None:
    pages = [body for _, body in _recorded() if body.get("kind") == "youtube#playlistItemListResponse"]
    assert len(pages) == 3
    for page in pages:
        shown = listed(page, of_channel=False)
        assert len(shown.items) == len(page["items"])
        assert shown.total == page["pageInfo"]["totalResults"]
        assert shown.next == page.get("nextPageToken")
        assert all(item.is_there and item.at for item in shown.items)


def test_every_recorded_comment_and_reply_becomes_a_post() -> None:
    comments = _records("youtube#comment")
    assert len(comments) >= 10
    for record in comments:
        post = comment_post(record, "v" * 11, "UC")
        assert post.text
        assert post.author is not None
        assert (post.act == "replied") == ("parentId" in record["snippet"])


def test_recorded_searches_give_their_videos_and_leave_the_rest() -> None:
    pages = [body for _, body in _recorded() if body.get("kind") == "youtube#searchListResponse"]
    assert len(pages) == 8
    for page in pages:
        wanted = [one["id"]["videoId"] for one in page["items"] if "videoId" in one["id"]]
        assert [video for video, _ in results(page)] == wanted


@pytest.mark.parametrize(
    ("name", "reason"),
    [("error_response_simple.json", ""), ("apidata/error_permission_resp.json", "SERVICE_UNAVAILABLE")],
)
def test_recorded_refusals_have_a_row(name: str, reason: str) -> None:
    body = (_folder() / name).read_bytes()
    assert reason_of(body) == reason
    assert any(rule.suits(403, reason) for rule in ERRORS)


OTHERS = {
    "activities": "what a channel did lately: uploads tell it completely",
    "categories": "names of categories",
    "channel_banners": "an answer to writing",
    "channel_sections": "how a channel's page is laid out",
    "i18ns": "names of languages",
    "members": "who pays for a channel",
    "subscriptions": "who follows whom",
}


def test_whatever_else_was_recorded_is_of_methods_that_are_not_called() -> None:
    read = {
        "captions",
        "channels",
        "comment_threads",
        "comments",
        "playlist_items",
        "playlists",
        "search",
        "videos",
    }
    folders = {path.name for path in (_folder() / "apidata").iterdir() if path.is_dir()}
    assert folders == read | set(OTHERS)

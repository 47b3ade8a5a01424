"""What stands on the YouTube of the tests, and how its records look: as in the recordings of the API."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

HOUR = timedelta(hours=1)


def stamp(at: datetime) -> str:
    """A time as YouTube writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass
class Channel:
    """A channel; `uploads` are ids of videos in the order of their upload."""

    id: str
    handle: str
    title: str
    uploads: list[str] = field(default_factory=list)
    closed: bool = False

    @property
    def uploads_playlist(self) -> str:
        """The id of the playlist of all its videos."""
        return "UU" + self.id[2:]

    def record(self) -> dict[str, Any]:
        """As `channels.list` shows it."""
        return {
            "kind": "youtube#channel",
            "id": self.id,
            "snippet": {"title": self.title, "customUrl": self.handle},
            "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": self.uploads_playlist}},
            "statistics": {"videoCount": str(len(self.uploads)), "hiddenSubscriberCount": False},
        }


@dataclass
class Video:
    """A video. It is public from `publish_at` on, and, if it is a broadcast, over an hour after `starts`."""

    id: str
    channel: Channel
    title: str
    text: str
    publish_at: datetime
    privacy: str = "public"
    starts: datetime | None = None
    removed: bool = False
    comments_off: bool = False
    seconds: int = 61
    license: str = "youtube"

    def is_visible(self, now: datetime) -> bool:
        """Whether anybody may see it."""
        return not self.removed and self.privacy != "private" and self.publish_at <= now

    def live(self, now: datetime) -> str:
        """`upcoming`, `live` or `none`."""
        if self.starts is None or now >= self.starts + HOUR:
            return "none"
        return "upcoming" if now < self.starts else "live"

    def record(self, now: datetime) -> dict[str, Any]:
        """As `videos.list` shows it."""
        found: dict[str, Any] = {
            "kind": "youtube#video",
            "id": self.id,
            "snippet": {
                "publishedAt": stamp(self.publish_at),
                "channelId": self.channel.id,
                "title": self.title,
                "description": self.text,
                "channelTitle": self.channel.title,
                "tags": ["safety", "crane"],
                "categoryId": "27",
                "liveBroadcastContent": self.live(now),
                "defaultAudioLanguage": "en",
            },
            "contentDetails": {
                "duration": f"PT{self.seconds // 60}M{self.seconds % 60}S",
                "caption": "false",
            },
            "status": {"uploadStatus": "processed", "privacyStatus": self.privacy, "license": self.license},
        }
        if self.starts is not None:
            found["liveStreamingDetails"] = {"scheduledStartTime": stamp(self.starts)}
            if self.live(now) != "upcoming":
                found["liveStreamingDetails"]["actualStartTime"] = stamp(self.starts)
        return found

    def item(self, position: int, playlist: str, added: datetime, now: datetime) -> dict[str, Any]:
        """As `playlistItems.list` shows it: one that is not visible only holds its place."""
        snippet = {
            "publishedAt": stamp(added),
            "playlistId": playlist,
            "position": position,
            "resourceId": {"kind": "youtube#video", "videoId": self.id},
        }
        details = {"videoId": self.id}
        if self.is_visible(now):
            owner = {"videoOwnerChannelId": self.channel.id, "videoOwnerChannelTitle": self.channel.title}
            snippet |= {"title": self.title, "description": self.text, **owner}
            details["videoPublishedAt"] = stamp(self.publish_at)
            privacy = self.privacy
        else:
            word = "Deleted" if self.removed else "Private"
            snippet |= {"title": f"{word} video", "description": f"This video is {word.lower()}."}
            privacy = "privacyStatusUnspecified" if self.removed else "private"
        return {
            "kind": "youtube#playlistItem",
            "id": f"{playlist}.{self.id}",
            "snippet": snippet,
            "contentDetails": details,
            "status": {"privacyStatus": privacy},
        }

    def result(self, now: datetime) -> dict[str, Any]:
        """As `search.list` shows it."""
        snippet = self.record(now)["snippet"]
        kept = ("publishedAt", "channelId", "title", "description", "channelTitle", "liveBroadcastContent")
        return {
            "kind": "youtube#searchResult",
            "id": {"kind": "youtube#video", "videoId": self.id},
            "snippet": {key: snippet[key] for key in kept},
        }


@dataclass
class Comment:
    """A comment on a video, or a reply where it has a parent."""

    id: str
    video: str
    author: str
    text: str
    at: datetime
    updated: datetime
    parent: str | None = None

    def record(self) -> dict[str, Any]:
        """As `comments.list` shows it: without its video."""
        snippet = {
            "authorDisplayName": "@learner",
            "authorChannelId": {"value": self.author},
            "textDisplay": self.text,
            "canRate": True,
            "likeCount": 0,
            "publishedAt": stamp(self.at),
            "updatedAt": stamp(self.updated),
        }
        if self.parent:
            snippet["parentId"] = self.parent
        return {"kind": "youtube#comment", "id": self.id, "snippet": snippet}

    def in_thread(self) -> dict[str, Any]:
        """As it stands in a thread: with its video."""
        record = self.record()
        record["snippet"]["videoId"] = self.video
        return record


def thread(first: Comment, replies: list[Comment]) -> dict[str, Any]:
    """As `commentThreads.list` shows it: with up to five of the replies, the newest."""
    found: dict[str, Any] = {
        "kind": "youtube#commentThread",
        "id": first.id,
        "snippet": {
            "videoId": first.video,
            "topLevelComment": first.in_thread(),
            "canReply": True,
            "totalReplyCount": len(replies),
            "isPublic": True,
        },
    }
    if replies:
        found["replies"] = {"comments": [one.in_thread() for one in replies[-5:]]}
    return found

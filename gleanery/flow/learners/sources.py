"""What of an item can be shown here: a video of a third party in its own player, a media file of the item's own.

Only where the policy lets it be embedded. X is always a link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from gleanery.ports import LearningItem

_YOUTUBE = frozenset(
    {"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be", "www.youtube-nocookie.com"}
)
_VIDEO_ID = re.compile(r"[A-Za-z0-9_-]{11}")
_FILES: dict[str, tuple[str, ...]] = {
    "video": (".mp4", ".webm", ".ogv", ".m4v"),
    "audio": (".mp3", ".ogg", ".oga", ".m4a", ".opus", ".wav"),
}
_ORIGIN = re.compile(r"https?://[a-z0-9.-]+(?::[0-9]{1,5})?", re.IGNORECASE)
"""An origin that may be named in a page's policy: nothing in it could be taken for another rule."""

PRIVATE_YOUTUBE = "https://www.youtube-nocookie.com"


@dataclass(frozen=True)
class Player:
    """How a recording is played: `frame` the origin of a third party's player, or none for a file at `address`."""

    address: str
    origin: str
    is_frame: bool
    is_sound: bool = False
    site: str = ""


def player_of(item: LearningItem) -> Player | None:
    """The player of an item, None where it may or can only be linked to."""
    if not item.may_embed or not item.url or "x" in item.platforms:
        return None
    parts = urlsplit(item.url)
    video = _youtube_id(item.url)
    if video is not None:
        address = f"{PRIVATE_YOUTUBE}/embed/{video}?enablejsapi=1&rel=0"
        return Player(address, PRIVATE_YOUTUBE, is_frame=True, site="YouTube")
    origin = f"{parts.scheme}://{parts.netloc}"
    if not _ORIGIN.fullmatch(origin) or not parts.path.lower().endswith(_FILES.get(item.kind, ())):
        return None
    site = parts.hostname or origin
    return Player(item.url, origin, is_frame=False, is_sound=item.kind == "audio", site=site)


def is_played_here(item: LearningItem) -> bool:
    """Whether its page can hear what is played."""
    return player_of(item) is not None


def _youtube_id(url: str) -> str | None:
    parts = urlsplit(url)
    if (parts.hostname or "") not in _YOUTUBE:
        return None
    told = parse_qs(parts.query).get("v", [""])[0]
    last = parts.path.rstrip("/").rpartition("/")[2]
    found = told or last
    return found if _VIDEO_ID.fullmatch(found) else None

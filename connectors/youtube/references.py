"""Channels, playlists and videos as people give them: ids, handles, addresses copied from a browser."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be"})
_CHANNEL = re.compile(r"UC[\w-]{22}")
_PLAYLIST = re.compile(r"(?:PL|UU|FL|OL|LL)[\w-]{10,60}")
_VIDEO = re.compile(r"[\w-]{11}")
_USER = re.compile(r"user/[\w.-]{1,60}")
_HANDLE = re.compile(r"@[\w.·-]{1,60}")


def channel_reference(given: str) -> str:
    """The id (UC…), the @handle, or `user/NAME` of an old address. Raises: ValueError."""
    text = given.strip()
    path, query = _of_address(text)
    for candidate in (text, query.get("channel_id", ""), *path[:2], "/".join(path[:2])):
        if any(form.fullmatch(candidate) for form in (_CHANNEL, _HANDLE, _USER)):
            return candidate
    raise ValueError(
        "a channel is given by its id (UC…), its @handle or the address of its page; of an address with /c/"
        " open the page and take the @handle shown there"
    )


def playlist_reference(given: str) -> str:
    """The id of a playlist. Raises: ValueError."""
    text = given.strip()
    _, query = _of_address(text)
    found = query.get("list", text)
    if not _PLAYLIST.fullmatch(found):
        raise ValueError("a playlist is given by its id (PL…) or the address of its page")
    return found


def video_reference(given: str) -> str:
    """The id of a video. Raises: ValueError."""
    text = given.strip()
    path, query = _of_address(text)
    found = query.get("v") or (path[-1] if path else text)
    if not _VIDEO.fullmatch(found):
        raise ValueError("a video is given by its id (11 characters) or the address of its page")
    return found


def video_at(address: str) -> str | None:
    """The id of the video at an address, None where it is that of something else."""
    path, query = _of_address(address)
    if "v" in query and path[:1] == ["watch"]:
        found = query["v"]
    elif len(path) == 2 and path[0] in ("shorts", "live", "embed", "v"):
        found = path[1]
    elif len(path) == 1 and urlsplit(address).hostname == "youtu.be":
        found = path[0]
    else:
        return None
    return found if _VIDEO.fullmatch(found) else None


def video_address(video: str) -> str:
    """The page of a video."""
    return f"https://www.youtube.com/watch?v={video}"


def feed_address(channel: str) -> str:
    """The feed of a channel's newest 15 videos, which costs no quota."""
    return f"https://www.youtube.com/feeds/videos.xml?channel_id={channel}"


def _of_address(text: str) -> tuple[list[str], dict[str, str]]:
    """The parts of the path and the query of an address at YouTube; both empty for anything else."""
    parts = urlsplit(text if "://" in text else f"https://{text}")
    if (parts.hostname or "") not in _HOSTS:
        return [], {}
    path = [unquote(part) for part in parts.path.split("/") if part]
    return path, {name: values[-1] for name, values in parse_qs(parts.query).items()}

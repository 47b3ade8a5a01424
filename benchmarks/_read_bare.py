"""Reading by the platforms' client libraries alone, as their documents show it: page after page.

Each gives pages of (id, account, words, time as written).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

Row = tuple[str, str, str, str]
Pages = Iterator[list[Row]]


def slack(settings: Mapping[str, Any], secret: str) -> Pages:
    """https://docs.slack.dev/tools/python-slack-sdk/web/#pagination"""
    from slack_sdk import WebClient

    client = WebClient(secret, base_url=settings["base_url"])
    for channels in client.conversations_list(limit=200):
        for channel in channels["channels"]:
            for page in client.conversations_history(channel=channel["id"], limit=200):
                yield [(one["ts"], one["user"], one["text"], one["ts"]) for one in page["messages"]]


class _Elsewhere(HTTPAdapter):
    """tweepy has its host built in: its requests are sent to another one."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self._base = base

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        parts = urlsplit(str(request.url))
        request.url = f"{self._base}{parts.path}?{parts.query}"
        return super().send(request, *args, **kwargs)


def x(settings: Mapping[str, Any], secret: str) -> Pages:
    """https://docs.tweepy.org/en/stable/v2_pagination.html"""
    import tweepy

    client = tweepy.Client(secret, return_type=dict)
    client.session.mount("https://api.twitter.com", _Elsewhere(settings["base_url"]))
    fields = ["author_id", "created_at", "entities", "lang", "note_tweet", "referenced_tweets"]
    found = tweepy.Paginator(
        client.search_recent_tweets,
        settings["queries"][0],
        max_results=100,
        tweet_fields=fields,
        expansions=["author_id"],
    )
    for page in found:
        yield [(one["id"], one["author_id"], one["text"], one["created_at"]) for one in page.get("data", ())]


def youtube(settings: Mapping[str, Any], secret: str) -> Pages:
    """https://github.com/googleapis/google-api-python-client/blob/main/docs/pagination.md"""
    from googleapiclient.discovery import build  # type: ignore[import-untyped]

    where = {"api_endpoint": settings["base_url"]}
    service = build("youtube", "v3", developerKey=secret, static_discovery=True, client_options=where)
    channels = service.channels().list(part="contentDetails", id=",".join(settings["channels"])).execute()
    for channel in channels["items"]:
        uploads = channel["contentDetails"]["relatedPlaylists"]["uploads"]
        items = service.playlistItems()
        request = items.list(part="snippet,contentDetails,status", playlistId=uploads, maxResults=50)
        while request is not None:
            page = request.execute()
            yield _videos(service, [one["contentDetails"]["videoId"] for one in page["items"]])
            request = items.list_next(request, page)


def _videos(service: Any, ids: list[str]) -> list[Row]:
    """How long they are and whether they are live stands in no playlist."""
    part = "snippet,contentDetails,status,liveStreamingDetails"
    found = service.videos().list(part=part, id=",".join(ids)).execute()["items"]
    told = [(one["id"], one["snippet"]) for one in found]
    return [(key, one["channelId"], one["description"], one["publishedAt"]) for key, one in told]


READERS: dict[str, Callable[[Mapping[str, Any], str], Pages]] = {"slack": slack, "x": x, "youtube": youtube}


def look(pages: Pages) -> int:
    """Read, and forget."""
    return sum(len(page) for page in pages)


def keep(pages: Pages, path: Path) -> int:
    """Read, and have each page on the disk before the next, one plain row a post: a kill loses one page at most."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE post (id TEXT PRIMARY KEY, account TEXT, words TEXT, at TEXT)")
    connection.execute("CREATE INDEX post_account ON post (account)")
    for page in pages:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT INTO post VALUES (?, ?, ?, ?)", page)
        connection.execute("COMMIT")
    count: int = connection.execute("SELECT count(*) FROM post").fetchone()[0]
    connection.close()
    return count

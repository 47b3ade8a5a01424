"""A record of X, in post words, into a post: https://docs.x.com/x-api/fundamentals/data-dictionary

A post that is edited gets a new id each time; the history lists them, oldest first. The first is the post's id in
the house, the later ones are its versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from html import unescape
from itertools import islice
from typing import Any

from connectors._text import shortened, tidy
from connectors._values import labels, language_code, moment, web_address
from connectors.x.ids import REALM, address_of, id_in, is_id, made_at
from connectors.x.words import Record
from gleanery.model.posts import MAX_TEXT, Author, PostAct, PostDraft, PostKind, SharedLink, Vanished

_MEDIA = re.compile(
    r"https?://(?:x|twitter)\.com/\w+/status/\d+/(?:photo|video)/\d+$|https?://pic\.(?:x|twitter)\.com/"
)
_NO_LANGUAGE = re.compile(r"und|zxx|q[a-z]{2}")
"""X's codes for what is in no language: links only, tags only, art."""

_MAX_LINKS, _MOST_ADDRESSES = 50, 200


def versions_of(record: Record) -> tuple[str, ...]:
    """The ids of the post, oldest first; at least its own. Raises: ValueError where it has none."""
    own = record.get("id")
    if not isinstance(own, str) or not is_id(own):
        raise ValueError("it has no proper `id`")
    told = record.get("edit_history_post_ids")
    history = [one for one in told if is_id(one)] if isinstance(told, list) else []
    return tuple(dict.fromkeys(history)) if own in history else (own,)


def newer_version(record: Record) -> str | None:
    """The id of the version that replaced this one, None for the newest."""
    last = versions_of(record)[-1]
    return None if last == record["id"] else last


def reposted(record: Record) -> str | None:
    """The id of the post that this one only passes on; empty where it is not told, None for any other post."""
    for one in _references(record):
        if one.get("type") in ("retweeted", "reposted"):
            return str(one.get("id") or "")
    return None


def read_post(record: Record, users: Mapping[str, Record], original: Record | None = None) -> PostDraft:
    """The post. `original`: what a repost passes on, whose own words are cut off.

    Raises: ValueError (pydantic.ValidationError is one) if the record is broken.
    """
    first, *later = versions_of(record)
    told = _time(record.get("created_at"))
    act, parent = _relation(record)
    urls = list(islice(_addresses(record, original), _MOST_ADDRESSES))
    return PostDraft(
        platform="x",
        realm=REALM,
        external_id=first,
        kind=PostKind.MESSAGE,
        url=address_of(first),
        text=shortened(_readable(_words(record, original), urls), MAX_TEXT),
        author=_author(record, users),
        published_at=(made_at(first) if later else None) or told or made_at(first),
        edited_at=told if later else None,
        parent_external_id=parent,
        links=_links(record, urls),
        tags=labels(tag.get("tag", "") for tag in _entities(original or record, "hashtags")),
        language=_language(record.get("lang")),
        channel=str(record["community_id"]) if record.get("community_id") else None,
        act=act,
    )


def vanished(post_id: str) -> Vanished:
    """That a post, known by its first id, is no longer there."""
    return Vanished(platform="x", realm=REALM, external_id=post_id)


def _time(value: object) -> datetime | None:
    return moment(value) if isinstance(value, str) else None


def _references(record: Record) -> Iterator[Record]:
    found = record.get("referenced_posts")
    yield from (one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()


def _relation(record: Record) -> tuple[PostAct | None, str | None]:
    """What its author did, and to which post: a repost, a reply or a quote, in this order."""
    found = {str(one.get("type")): str(one.get("id") or "") or None for one in _references(record)}
    acts: Mapping[str, PostAct] = {
        "retweeted": "shared",
        "reposted": "shared",
        "replied_to": "replied",
        "quoted": "shared",
    }
    return next(((act, found[kind]) for kind, act in acts.items() if kind in found), (None, None))


def _words(record: Record, original: Record | None) -> str:
    """All of the words: a long post has them in its note, a repost in its original."""
    text = _own_words(record)
    if original is None:
        return text
    opening, colon, _ = text.partition(": ")
    return f"{opening}{colon}{_own_words(original)}" if text.startswith("RT @") else _own_words(original)


def _own_words(record: Record) -> str:
    note = record.get("note_post")
    text = note.get("text") if isinstance(note, dict) else None
    return str(text or record.get("text") or "")


def _entities(record: Record, kind: str) -> Iterator[Record]:
    """The entities of a long post's note, or else of its text."""
    note = record.get("note_post")
    for holder in (note, record):
        entities = holder.get("entities") if isinstance(holder, dict) else None
        found = entities.get(kind) if isinstance(entities, dict) else None
        if found:
            yield from (one for one in found if isinstance(one, dict))


def _addresses(record: Record, original: Record | None) -> Iterator[Record]:
    for one in (original, record):
        if one is not None:
            yield from _entities(one, "urls")


def _target(entity: Record) -> str | None:
    """Where a shortened address leads; a post of X by the address that never changes."""
    found = web_address(entity.get("unwound_url")) or web_address(entity.get("expanded_url"))
    post = id_in(found) if found and not _is_media(entity) else None
    return address_of(post) if post else found


def _is_media(entity: Record) -> bool:
    shown = str(entity.get("expanded_url") or "")
    return bool(entity.get("media_key") or _MEDIA.match(shown))


def _readable(text: str, urls: list[Record]) -> str:
    """The text as X shows it: full addresses in place of t.co ones, none for the pictures beneath."""
    shown: dict[str, str] = {}
    for entity in urls:
        if short := web_address(entity.get("url")):
            shown.setdefault(short, "" if _is_media(entity) else _target(entity) or short)
    text = unescape(text)[:MAX_TEXT]
    if shown:
        longest_first = sorted(map(re.escape, shown), key=len, reverse=True)
        text = re.sub(rf"( ?)({'|'.join(longest_first)})", lambda found: _in_full(found, shown), text)
    return tidy(text)


def _in_full(found: re.Match[str], shown: Mapping[str, str]) -> str:
    address = shown[found[2]]
    return found[1] + address if address else ""


def _links(record: Record, urls: list[Record]) -> tuple[SharedLink, ...]:
    """The addresses shared, with what the linked pages say of themselves; last the post that is quoted."""
    found: dict[str, SharedLink] = {}
    for entity in urls:
        address = None if _is_media(entity) else _target(entity)
        if address and address not in found:
            found[address] = SharedLink(
                url=address,
                title=shortened(_line(entity.get("title")), 2_000),
                summary=shortened(_line(entity.get("description")), 20_000),
            )
    for one in _references(record):
        if one.get("type") == "quoted" and one.get("id"):
            quoted = address_of(str(one["id"]))
            found.setdefault(quoted, SharedLink(url=quoted))
    return tuple(found.values())[:_MAX_LINKS]


def _line(value: Any) -> str:
    return " ".join(unescape(value).split()) if isinstance(value, str) else ""


def _author(record: Record, users: Mapping[str, Record]) -> Author | None:
    author = record.get("author_id")
    if not author:
        return None
    user = users.get(str(author), {})
    name, handle = str(user.get("name") or ""), user.get("username")
    return Author(external_id=str(author), name=f"{name} (@{handle})".strip()[:500] if handle else name[:500])


def _language(code: object) -> str | None:
    if not isinstance(code, str) or _NO_LANGUAGE.fullmatch(code):
        return None
    return language_code(code)

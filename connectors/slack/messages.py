"""One message of Slack into a post: https://docs.slack.dev/reference/events/message/

What a person or a bot said is kept; comings and goings, topics and the like are not.
A message's id in the house is `<channel id>:<ts>`; `ts` stays a string, a float would lose its last digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors._text import shortened
from connectors.slack.words import (
    Names,
    joined,
    leads_into_slack,
    plain_words,
    shared_addresses,
    without_token,
    words_of_blocks,
)
from gleanery.model.posts import MAX_TEXT, Author, PostDraft, PostKind, Reaction, SharedLink, Vanished

_SPOKEN = (
    None,
    "bot_message",
    "file_share",
    "file_comment",
    "me_message",
    "thread_broadcast",
    "reply_broadcast",
)
_TS = re.compile(r"[0-9]{1,11}\.[0-9]{6}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MAX_LINKS = 100

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message stands: the workspace (`realm`), its `domain` for links, the channel, who is who.

    `home`: ids of the workspaces that are the organisation's own; who comes from another is outside. Empty where
    that is not known. `tells_reactions`: a message that shows no reactions has none.
    """

    realm: str
    domain: str | None
    channel: str
    names: Names
    home: frozenset[str] = frozenset()
    tells_reactions: bool = False


def read_message(record: Record, place: Place) -> PostDraft | Vanished | None:
    """The post, or that it is gone, or None for what nobody said.

    Raises: ValueError (pydantic.ValidationError is one) if the record is broken.
    """
    subtype = record.get("subtype")
    if subtype == "message_changed" and isinstance(record.get("message"), dict):
        return read_message({**record["message"], "channel": place.channel}, place)
    if subtype == "message_deleted":
        return vanished(record.get("deleted_ts") or record.get("ts"), place)
    if subtype == "tombstone":
        return vanished(record.get("ts"), place)
    if record.get("type", "message") != "message" or subtype not in _SPOKEN or record.get("hidden"):
        return None
    return _draft(record, place)


def _draft(record: Record, place: Place) -> PostDraft:
    ts = valid_ts(record.get("ts"))
    root = record.get("thread_ts")
    parent = valid_ts(root) if root and root != ts else None
    edited = record.get("edited")
    said = _said(record)
    return PostDraft(
        platform="slack",
        realm=place.realm,
        external_id=f"{place.channel}:{ts}",
        kind=PostKind.MESSAGE,
        url=_permalink(place, ts, parent),
        text=shortened(plain_words(said, place.names), MAX_TEXT),
        author=_author(record, place),
        published_at=time_of(ts),
        edited_at=time_of(edited["ts"]) if isinstance(edited, dict) and is_ts(edited.get("ts")) else None,
        parent_external_id=f"{place.channel}:{parent}" if parent else None,
        links=_links(record, said),
        internal=True,
        channel=place.channel,
        reactions=_reactions(record, place),
    )


def vanished(ts: object, place: Place) -> Vanished:
    """That the message of this `ts` is gone. Raises: ValueError if it is no `ts`."""
    return Vanished(platform="slack", realm=place.realm, external_id=f"{place.channel}:{valid_ts(ts)}")


def valid_ts(ts: object) -> str:
    """The `ts` as it is. Raises: ValueError if it is none."""
    if isinstance(ts, str) and is_ts(ts):
        return ts
    raise ValueError("it has no proper `ts`")


def is_ts(value: object) -> bool:
    """Whether it is a proper `ts`."""
    return isinstance(value, str) and _TS.fullmatch(value) is not None


def time_of(ts: str) -> datetime:
    """The time that a `ts` stands for, to the microsecond."""
    return _EPOCH + timedelta(microseconds=micros(ts))


def ts_of(at: datetime) -> str:
    """The `ts` of a time."""
    return "{}.{:06}".format(*divmod((at - _EPOCH) // timedelta(microseconds=1), 1_000_000))


def micros(ts: str) -> int:
    """A `ts` as a number to compare by; 0 for an empty one."""
    return int(ts.replace(".", "") or 0)


def _permalink(place: Place, ts: str, parent: str | None) -> str | None:
    if not place.domain:
        return None
    thread = f"?thread_ts={parent}&cid={place.channel}" if parent else ""
    return f"https://{place.domain}.slack.com/archives/{place.channel}/p{ts.replace('.', '')}{thread}"


def _said(record: Record) -> str:
    """The sender's own words as Slack's markup: the text, its blocks if there is none, a bot's attachments."""
    comment = record.get("comment")
    text = record.get("text") or (comment.get("comment") if isinstance(comment, dict) else "")
    own = (_attached(part) for part in _dicts(record.get("attachments")) if not _unfurled(part))
    return joined([text or words_of_blocks(record.get("blocks")), *own])


def _attached(part: Record) -> str:
    title, link = part.get("title"), part.get("title_link")
    heading = f"<{link}|{title or link}>" if link else title
    fields = [joined([field.get("title"), field.get("value")]) for field in _dicts(part.get("fields"))]
    words = joined([part.get("pretext"), heading, part.get("text"), *fields])
    return words or words_of_blocks(part.get("blocks")) or joined([part.get("fallback")])


def _unfurled(part: Record) -> bool:
    """True for what Slack added about a linked page or message: not the sender's words."""
    return bool(part.get("from_url") or part.get("original_url") or part.get("is_msg_unfurl"))


def _author(record: Record, place: Place) -> Author | None:
    comment = record.get("comment")
    user = record.get("user") or (comment.get("user") if isinstance(comment, dict) else None)
    profile = record.get("bot_profile")
    about: Record = profile if isinstance(profile, dict) else {}
    outside = _is_outside(record, place)
    if record.get("subtype") == "bot_message" or about or not user:
        bot = record.get("bot_id") or about.get("id")
        name = str(record.get("username") or about.get("name") or "")[:500]
        if bot or not user:
            return Author(external_id=str(bot), name=name, is_bot=True, is_outside=outside) if bot else None
    name = place.names.people.get(str(user)) or _visiting(record.get("user_profile"))
    return Author(external_id=str(user), name=name, is_outside=outside)


def _is_outside(record: Record, place: Place) -> bool:
    """Whether the sender is of another organisation (Slack Connect), by the workspace the message names."""
    teams = (record.get(key) for key in ("user_team", "source_team", "team"))
    team = next(filter(None, teams), None)
    return bool(place.home) and isinstance(team, str) and team not in place.home


def _reactions(record: Record, place: Place) -> tuple[Reaction, ...] | None:
    """Who reacted with what; None where that is not told, or not whole: Slack cuts long lists of users short."""
    told = record.get("reactions")
    if not isinstance(told, list):
        return () if place.tells_reactions else None
    if reactions_cut(record):
        return None
    return tuple(
        Reaction(name=str(one["name"])[:100], account=str(user))
        for one in _dicts(told)
        if one.get("name")
        for user in one.get("users") or ()
    )


def reactions_cut(record: Record) -> bool:
    """True where a message counts more reactions than it names users."""
    counted = ((one.get("count"), one.get("users") or ()) for one in _dicts(record.get("reactions")))
    return any(isinstance(count, int) and count > len(users) for count, users in counted)


def _visiting(profile: object) -> str:
    """The name of somebody from another workspace, which only the message itself tells."""
    if not isinstance(profile, dict):
        return ""
    return str(profile.get("display_name") or profile.get("real_name") or profile.get("name") or "")[:500]


def _links(record: Record, said: str) -> tuple[SharedLink, ...]:
    """The addresses shared, in the order of the text, then files; with what the linked page says of itself."""
    found = {address: SharedLink(url=address) for address in shared_addresses(said)}
    for part in _dicts(record.get("attachments")):
        if _unfurled(part):
            _add_page(found, part)
    for file in [*_dicts(record.get("files")), *_dicts([record.get("file")])]:
        _add_file(found, file)
    return tuple(found.values())[:_MAX_LINKS]


def _add_page(found: dict[str, SharedLink], part: Record) -> None:
    addresses = [without_token(str(part.get(key) or "")) for key in ("original_url", "from_url")]
    usable = [address for address in addresses if address and not leads_into_slack(address)]
    if not usable or part.get("is_msg_unfurl"):
        return
    address = next((one for one in usable if one in found), usable[0])
    title = " ".join(str(part.get("title") or part.get("fallback") or "").split())
    summary = shortened(str(part.get("text") or "").strip(), 20_000)
    found[address] = SharedLink(url=address, title=shortened(title, 2_000), summary=summary)


def _add_file(found: dict[str, SharedLink], file: Record) -> None:
    """A file by its page in the workspace, one kept elsewhere by its own address; never by a private one."""
    elsewhere = file.get("external_url") or (file.get("url_private") if file.get("is_external") else None)
    address = without_token(str(elsewhere or file.get("permalink") or ""))
    if address:
        title = " ".join(str(file.get("title") or file.get("name") or "").split())
        found[address] = SharedLink(url=address, title=shortened(title, 2_000))


def _dicts(values: object) -> Iterator[Record]:
    if isinstance(values, list):
        yield from (value for value in values if isinstance(value, dict))

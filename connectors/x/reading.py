"""Answers of X into pages: what must be asked besides, what is gone, what could not be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from connectors._values import complaint
from connectors.x.platform import Platform
from connectors.x.posts import newer_version, read_post, reposted, vanished, versions_of
from connectors.x.refusals import code_of
from connectors.x.words import Answer, Record
from gleanery.model.posts import PostDraft, Vanished
from gleanery.ports import Fault

_NOT_THERE = frozenset({"resource-not-found", "not-authorized-for-resource", "resource-unavailable"})
"""Problems of a post that we asked for by id which mean that nobody may be shown it any more."""

_MOST_EDITS = 5


@dataclass
class Haul:
    """What one answer, and what had to be asked after it, brought."""

    posts: list[PostDraft] = field(default_factory=list)
    gone: list[Vanished] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def haul(platform: Platform, answer: Answer, *, with_reposts: bool = True) -> Haul:
    """The posts of an answer in their newest versions, each once, reposts with the words of their originals.

    X shows an older version where one is asked for by its id, and the beginning only of what is reposted: both
    are looked up, together no more posts than the answer has.
    """
    found = Haul()
    records, users = _newest(platform, answer, found)
    if not with_reposts:
        records = [record for record in records if reposted(record) is None]
    originals = _originals(platform, records)
    for record in records:
        try:
            draft = read_post(record, users, originals.get(reposted(record) or ""))
        except ValueError as error:
            found.faults.append(Fault(str(record.get("id") or "a post"), _said(error)))
        else:
            found.posts.append(draft)
    found.faults += [_fault(error) for error in answer.errors if not _is_about_expansion(error)]
    return found


def look_up(platform: Platform, ids: Sequence[str]) -> Haul:
    """At most 100 posts by their first ids; those that X says nobody may see are gone."""
    answer = platform.look_up(ids)
    found = haul(platform, Answer(answer.posts, answer.users))
    asked = set(ids)
    for error in answer.errors:
        post = str(error.get("resource_id") or error.get("value") or "")
        if post in asked and code_of(error) in _NOT_THERE:
            found.gone.append(vanished(post))
        elif not _is_about_expansion(error):
            found.faults.append(_fault(error))
    return found


def _newest(platform: Platform, answer: Answer, found: Haul) -> tuple[Sequence[Record], Mapping[str, Record]]:
    """The records with older versions replaced by the newest, which is looked up where it is not there."""
    newest: dict[str, Record] = {}
    users = dict(answer.users)
    fresh: Iterable[Record] = answer.posts
    for _ in range(_MOST_EDITS):
        for record in fresh:
            _keep_newer(newest, record, found)
        wanted = [later for record in newest.values() if (later := newer_version(record))]
        if not wanted:
            break
        more = platform.look_up(wanted)
        fresh, users = more.posts, {**users, **more.users}
        if not fresh:
            break
    replaced = [record for record in newest.values() if newer_version(record)]
    found.faults += [Fault(str(one["id"]), "X could not give its newest version") for one in replaced]
    return [record for record in newest.values() if not newer_version(record)], users


def _keep_newer(newest: dict[str, Record], record: Record, found: Haul) -> None:
    try:
        first = versions_of(record)[0]
    except ValueError as error:
        found.faults.append(Fault("a post", str(error)))
        return
    known = newest.get(first)
    if known is None or int(record["id"]) > int(known["id"]):
        newest[first] = record


def _originals(platform: Platform, records: Sequence[Record]) -> Mapping[str, Record]:
    """What the reposts among them pass on, by id."""
    here = {str(record["id"]): record for record in records}
    wanted = dict.fromkeys(post for record in records if (post := reposted(record)))
    missing = [post for post in wanted if post not in here]
    more = platform.look_up(missing, authors=False).posts if missing else ()
    return here | {str(record.get("id")): record for record in more}


def _is_about_expansion(error: Record) -> bool:
    """Whether a problem is about something a post refers to; the post itself was read."""
    return error.get("section") == "includes" or "." in str(error.get("parameter") or "")


def _fault(error: Record) -> Fault:
    where = str(error.get("resource_id") or error.get("value") or "an answer")
    return Fault(where, f"X could not give it ({code_of(error) or 'no reason'})")


def _said(error: ValueError) -> str:
    return complaint(error) if isinstance(error, ValidationError) else str(error)

"""An account's own archive, a zip file that X makes for its holder: https://help.x.com/en/managing-your-account/how-to-download-your-x-archive

    data/account.js   window.YTD.account.part0 = [{"account": {"accountId", "username", "accountDisplayName"}}]
    data/tweets.js    window.YTD.tweets.part0 = [{"tweet": {...}}]     (older: tweet.js; large ones: tweets-part1.js)

The records are those of the old API; here they get the words of the new one, so that archive and live reading
give the same posts. Everything else in the archive is left alone: messages, likes, and what was deleted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import from_json

from connectors._archive import Archive
from connectors._values import complaint, digest
from connectors.x.ids import REALM
from connectors.x.old_posts import in_new_words
from connectors.x.posts import newer_version, read_post, reposted, vanished, versions_of
from connectors.x.words import Record
from gleanery.errors import BadInput
from gleanery.model.posts import PostDraft, Vanished
from gleanery.ports import Context, Fault, Page

_PAGE = 200
_MAX_FILE = 512 * 1024 * 1024
_POSTS = re.compile(r"(?:.*/)?data/tweets?(?:-part\d+)?\.js")
_ACCOUNT = re.compile(r"(?:.*/)?data/account\.js")
_OPENING = re.compile(rb"^\s*window\.YTD\.\w+\.part\d+\s*=\s*")

State = Mapping[str, Any]


class OwnArchive:
    """The posts of one archive. Raises: ConfigError (no such file), BadInput (no archive of X)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._archive = Archive(path)
        self._members = sorted(name for name in self._archive.members if _POSTS.fullmatch(name))
        if not self._members:
            self._archive.close()
            raise BadInput(
                f"{path.name} is no archive of X: it has no data/tweets.js.",
                remedy="Give the zip file as X made it.",
            )

    def close(self) -> None:
        """Let go of the file."""
        self._archive.close()

    @property
    def mark(self) -> str:
        """Changes when the posts in the archive do."""
        infos = (self._archive.members[name] for name in self._members)
        return digest(*(f"{info.filename}:{info.CRC}:{info.file_size}" for info in infos))

    @cached_property
    def account(self) -> Record:
        """The holder, in the words of the API: `id`, `name`, `username`; empty where the archive does not tell."""
        names = [name for name in self._archive.members if _ACCOUNT.fullmatch(name)]
        for record in self._list(names[0]) if names else ():
            found = record.get("account") if isinstance(record, dict) else None
            if isinstance(found, dict) and found.get("accountId"):
                name = found.get("accountDisplayName")
                return {"id": str(found["accountId"]), "name": name, "username": found.get("username")}
        return {}

    def records(self) -> list[Record]:
        """The posts in post words, each in its newest version, oldest first; broken ones as they are."""
        found: dict[str, Record] = {}
        for number, member in enumerate(self._members):
            for place, one in enumerate(self._list(member)):
                record = in_new_words(one, self.account)
                if not _is_replaced(record):
                    found[str(record.get("id") or f"{number}:{place}")] = record
        return sorted(found.values(), key=lambda one: int(one["id"]) if "id" in one else 0)

    def read(self, record: Record) -> PostDraft:
        """A post of the archive. Raises: ValueError if it is broken."""
        return read_post(record, {self.account["id"]: self.account} if self.account else {})

    def _list(self, member: str) -> list[Any]:
        raw = self._archive.read(member, _MAX_FILE)
        try:
            found = from_json(_OPENING.sub(b"", raw, count=1), allow_inf_nan=False)
        except ValueError as error:
            raise BadInput(f"{self._path.name}/{member}: what follows its first = is no JSON.") from error
        if not isinstance(found, list):
            raise BadInput(f"{self._path.name}/{member}: it holds no list.")
        return found


def pages(path: Path, ctx: Context, state: State, *, alone: bool) -> Iterator[Page]:
    """The posts of the archive unless they are those read last; state: `read`, during a reading `file` and `after`.

    `alone`: nothing else is read by this source, so that what it has and a newer archive lacks is gone; a
    timeline beside it tells more of reposts, which are then left to it.
    """
    with closing(OwnArchive(path.expanduser())) as archive:
        mark = archive.mark
        records = archive.records() if state.get("read") != mark else []
        if not alone:
            records = [one for one in records if reposted(one) is None]
        after = int(state.get("after", 0)) if state.get("file") == mark else 0
        while len(records) - after > _PAGE:
            posts, faults = _read(archive, records[after : after + _PAGE])
            after += _PAGE
            yield Page(posts, {**state, "file": mark, "after": after}, complete=False, faults=faults)
        posts, faults = _read(archive, records[after:])
        whole = bool(records) and all("id" in one for one in records)
        gone = list(_missing(records, ctx)) if alone and whole else []
        yield Page(posts, {"read": mark}, complete=True, gone=gone, faults=faults)


def _read(archive: OwnArchive, records: list[Record]) -> tuple[list[PostDraft], list[Fault]]:
    posts, faults = [], []
    for record in records:
        try:
            posts.append(archive.read(record))
        except ValueError as error:
            text = complaint(error) if isinstance(error, ValidationError) else str(error)
            faults.append(Fault(str(record.get("id") or "a post"), text))
    return posts, faults


def _missing(records: list[Record], ctx: Context) -> Iterator[Vanished]:
    """What an earlier archive had and this one has not, among what was posted before this one ends.

    Asked only of an archive all of whose records tell an id: a broken one may be the post that seems to be missing.
    """
    here = {version for record in records if "id" in record for version in versions_of(record)}
    newest = max(here, key=int, default="0")
    for known in ctx.known.posts(realm=REALM):
        if known.external_id not in here and int(known.external_id) < int(newest):
            yield vanished(known.external_id)


def _is_replaced(record: Record) -> bool:
    try:
        return newer_version(record) is not None
    except ValueError:
        return False  # a fault, told where it is read

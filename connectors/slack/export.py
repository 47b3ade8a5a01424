"""The contents of a workspace export: https://slack.com/help/articles/220556107-How-to-read-Slack-data-exports

    channels.json groups.json mpims.json dms.json users.json <conversation>/<YYYY-MM-DD>.json

A conversation's folder has its name (direct messages: its id); names change, ids stay.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from pydantic_core import from_json

from connectors._archive import Archive
from connectors.slack.words import Names
from gleanery.errors import BadInput

MAX_LIST = 256 * 1024 * 1024
MAX_DAY = 64 * 1024 * 1024
_LOOKED_AT = 32 * 1024 * 1024
"""Bytes of day files that are searched for what the lists do not tell."""

_DAY = re.compile(r"(.+)/(\d{4}-\d\d-\d\d)\.json$")
_SLASH = rb"\\?/"
_FILE_PAGE = re.compile(
    rb"https:" + _SLASH * 2 + rb"([a-z0-9.-]{1,80}?)\.slack\.com" + _SLASH + rb"files" + _SLASH
)
_FILE_TEAM = re.compile(rb"files-(?:pri|tmb)" + _SLASH + rb"(T[A-Z0-9]{2,20})-F")

Kind = Literal["public", "private", "direct"]


@dataclass(frozen=True, slots=True)
class Channel:
    """A conversation; `folder` is what its day files are filed under."""

    id: str
    name: str
    kind: Kind
    folder: str


@dataclass(frozen=True, slots=True)
class Day:
    """The messages of one day of a conversation; `mark` changes when its content does."""

    date: str
    member: str
    mark: str


class Export:
    """Reads an export without unpacking it. Raises: ConfigError (no such file), BadInput (no Slack export)."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._archive = Archive(path)
        self._prefix = self._top()
        self._lists: dict[str, list[dict[str, Any]]] = {}

    @cached_property
    def channels(self) -> Mapping[str, Channel]:
        """Conversations by id, in the order of the lists."""
        kinds: Sequence[tuple[str, Kind]] = (
            ("channels", "public"),
            ("groups", "private"),
            ("mpims", "direct"),
            ("dms", "direct"),
        )
        found: dict[str, Channel] = {}
        for name, kind in kinds:
            for record in self._list(name):
                label = str(record.get("name") or record["id"])
                folder = label if label in self._days else record["id"]
                found.setdefault(record["id"], Channel(record["id"], label, kind, folder))
        return found

    @cached_property
    def names(self) -> Names:
        """Display names; nothing else of a member's record is kept, above all no e-mail address."""
        people = {record["id"]: display_name(record) for record in self._members}
        return Names(people, {channel.id: channel.name for channel in self.channels.values()})

    def days(self, channel: Channel) -> Sequence[Day]:
        """The day files of a conversation, oldest first."""
        return self._days.get(channel.folder, ())

    def messages(self, day: Day) -> list[Any]:
        """The records of a day. Raises: BadInput naming the file if it is cut off or no list."""
        return self._json_list(day.member, MAX_DAY)

    @cached_property
    def workspace(self) -> str | None:
        """The workspace's id: the members' most frequent one, or the one in addresses of files."""
        of_members = Counter(str(record["team_id"]) for record in self._members if record.get("team_id"))
        return _most_frequent(of_members) or self._seen[1]

    @property
    def domain(self) -> str | None:
        """The workspace's name before .slack.com, as seen in addresses of files; None if none is there."""
        return self._seen[0]

    @cached_property
    def first_channel(self) -> str:
        """The id of the channel that every workspace has and keeps (general), or else of its oldest."""
        records = sorted(
            self._list("channels"), key=lambda record: (not record.get("is_general"), _born(record))
        )
        return str(records[0]["id"]) if records else "unknown"

    @cached_property
    def _members(self) -> list[dict[str, Any]]:
        return self._list("users") or self._list("org_users")

    @cached_property
    def _seen(self) -> tuple[str | None, str | None]:
        """The most frequent domain and workspace id in the addresses of files."""
        domains: Counter[str] = Counter()
        teams: Counter[str] = Counter()
        left = _LOOKED_AT
        for day in self._all_days():
            body = self._archive.read(day.member, MAX_DAY)
            domains.update(found.decode() for found in _FILE_PAGE.findall(body))
            teams.update(found.decode() for found in _FILE_TEAM.findall(body))
            left -= len(body)
            if left < 0:
                break
        return _most_frequent(domains), _most_frequent(teams)

    def _all_days(self) -> Iterator[Day]:
        for channel in self.channels.values():
            if channel.kind == "public":
                yield from self.days(channel)

    @cached_property
    def _days(self) -> Mapping[str, Sequence[Day]]:
        found: dict[str, list[Day]] = {}
        for name, member in sorted(self._archive.members.items()):
            match = _DAY.match(name.removeprefix(self._prefix)) if name.startswith(self._prefix) else None
            if match:
                mark = f"{member.CRC:08x}{member.file_size:x}"
                found.setdefault(match[1], []).append(Day(match[2], name, mark))
        return found

    def _top(self) -> str:
        """The folder that holds the lists: none as a rule, one where somebody packed the export anew."""
        names = self._archive.members
        found = sorted(
            (n for n in names if n.rpartition("/")[2] == "channels.json"), key=lambda n: n.count("/")
        )
        prefix = found[0].removesuffix("channels.json") if found else ""
        if not any(f"{prefix}{name}.json" in names for name in ("users", "org_users")):
            found = []
        if not found:
            wanted = [name for name in ("channels.json", "users.json") if f"{prefix}{name}" not in names]
            raise BadInput(
                f"{self._path.name} is no Slack export: it has no {' and no '.join(wanted)}.",
                remedy="Give the zip file as Slack's export page made it, in the JSON format.",
            )
        return prefix

    def _list(self, name: str) -> list[dict[str, Any]]:
        """The records of a list that have an id; empty where the export has no such list."""
        if name not in self._lists:
            member = f"{self._prefix}{name}.json"
            records = self._json_list(member, MAX_LIST) if member in self._archive.members else []
            self._lists[name] = [
                one for one in records if isinstance(one, dict) and isinstance(one.get("id"), str)
            ]
        return self._lists[name]

    def _json_list(self, member: str, limit: int) -> list[Any]:
        try:
            found = from_json(self._archive.read(member, limit), allow_inf_nan=False)
        except ValueError as error:
            raise BadInput(f"{self._path.name}/{member}: the JSON is broken: {error}.") from error
        if not isinstance(found, list):
            raise BadInput(f"{self._path.name}/{member}: it is no list.")
        return found


def _most_frequent(counted: Counter[str]) -> str | None:
    return counted.most_common(1)[0][0] if counted else None


def display_name(record: Mapping[str, Any]) -> str:
    profile = record.get("profile")
    about: Mapping[str, Any] = profile if isinstance(profile, dict) else {}
    names = (about.get("display_name"), about.get("real_name"), record.get("real_name"), record.get("name"))
    return next((name[:500] for name in names if isinstance(name, str) and name.strip()), "")


def _born(record: Mapping[str, Any]) -> tuple[int, str]:
    created = str(record.get("created") or "")
    return (int(created) if created.isdigit() else 2**60, str(record["id"]))

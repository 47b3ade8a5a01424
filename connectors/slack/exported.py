"""A workspace read from its export: https://slack.com/help/articles/201658943-Export-your-workspace-data

The realm is the workspace's id: the one that most members have, or else the one in addresses of shared files, or
else the setting `workspace`, or else the id of the channel #general, which never changes either.

An export is the whole truth about its days but says nothing of deletions other than by its tombstones, so a
message that is missing from a newer one is not taken for gone (plans with a limited history drop old days).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from connectors._values import digest
from connectors.slack.export import Channel, Day, Export
from connectors.slack.gathered import Gathered
from connectors.slack.messages import Place
from connectors.slack.settings import SlackSettings
from gleanery.errors import BadInput, ConfigError, GleaneryError
from gleanery.ports import Check, Fault, Page

PAGE = 200
"""A page holds whole days, and ends with the day that brings it to this many posts."""


class Exported:
    """The conversations of an export, one partition each."""

    def __init__(self, settings: SlackSettings, path: Path) -> None:
        self._settings, self._path = settings, path

    def check(self) -> Sequence[Check]:
        """Whether the export can be read, what it holds, and whether messages get an address."""
        try:
            chosen, export = self._chosen, self._export
            place = self._place(next(iter(chosen), ""))
        except GleaneryError as error:
            return [Check("export", False, error.message, error.remedy)]
        days = sum(len(export.days(channel)) for channel in chosen.values())
        found = Check("export", True, f"{len(chosen)} conversations, {days} days, workspace {place.realm}.")
        if place.domain:
            return [found, Check("domain", True, f"messages are linked at {place.domain}.slack.com.")]
        text = "the export does not tell the workspace's address, so messages are not linked."
        return [found, Check("domain", False, text, "Set `domain`.")]

    def partitions(self) -> Sequence[str]:
        """Ids of the chosen conversations, in the order of the export's lists."""
        return list(self._chosen)

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """The messages of the days that are new or changed since `state`.

        The state holds a fingerprint of each day file read (`days`), about 30 bytes a day, and `as`, a
        fingerprint of what else shapes a post. A day that could not be read is tried again next time.
        """
        channel, place = self._chosen[partition], self._place(partition)
        shape = digest(place.realm, place.domain or "")
        done: dict[str, str] = dict(state.get("days", {})) if state.get("as") == shape else {}
        page = _Growing(place)
        for day in self._export.days(channel):
            if done.get(day.date) == day.mark:
                continue
            if len(page.posts) >= PAGE:
                yield page.finished({"as": shape, "days": dict(done)}, complete=False)
                page = _Growing(place)
            if page.add_day(day, self._export):
                done[day.date] = day.mark
        yield page.finished({"as": shape, "days": done}, complete=True)

    def _place(self, channel: str) -> Place:
        export, settings = self._export, self._settings
        realm = settings.workspace or export.workspace or settings.domain or export.first_channel
        home = frozenset({realm} if realm.startswith("T") else ())
        return Place(realm, settings.domain or export.domain, channel, export.names, home)

    @cached_property
    def _export(self) -> Export:
        return Export(self._path.expanduser())

    @cached_property
    def _chosen(self) -> Mapping[str, Channel]:
        """The conversations switched on, narrowed to those named. Raises: ConfigError for an unknown name."""
        kinds = {"public", *(["private"] if self._settings.include_private else [])}
        kinds |= {"direct"} if self._settings.include_direct else set()
        allowed = {key: channel for key, channel in self._export.channels.items() if channel.kind in kinds}
        wanted = {name.removeprefix("#") for name in self._settings.channels}
        if not wanted:
            return allowed
        for name in sorted(wanted):
            self._refuse_unknown(name, allowed)
        return {key: channel for key, channel in allowed.items() if {key, channel.name} & wanted}

    def _refuse_unknown(self, name: str, allowed: Mapping[str, Channel]) -> None:
        if any(name in (channel.id, channel.name) for channel in allowed.values()):
            return
        for channel in self._export.channels.values():
            if name in (channel.id, channel.name):
                switch = "include_private" if channel.kind == "private" else "include_direct"
                raise ConfigError(
                    f"slack: {name} is {channel.kind}.", remedy=f"Switch on `{switch}` to read it."
                )
        near = get_close_matches(name, [channel.name for channel in allowed.values()], n=1)
        hint = f"The nearest is {near[0]}." if near else "Correct `channels`."
        raise ConfigError(f"slack: the export has no channel {name}.", remedy=hint)


class _Growing(Gathered):
    """A page while it is filled day by day."""

    def add_day(self, day: Day, export: Export) -> bool:
        """Read a day's messages in; False if its file is broken, which is noted."""
        try:
            records = export.messages(day)
        except BadInput as error:
            self.faults.append(Fault(day.member, error.message))
            return False
        for number, record in enumerate(records, 1):
            self.add(record, f"{day.member} message {number}")
        return True

    def finished(self, state: Mapping[str, Any], *, complete: bool) -> Page:
        """The page, with the state to go on from."""
        return Page(self.posts, state, complete=complete, gone=self.gone, faults=self.faults)

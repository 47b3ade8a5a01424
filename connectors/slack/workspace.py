"""Which workspace it is, which of its channels are read and who is who; asked seldom, kept in the plugin's store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from connectors._values import digest, host_of
from connectors.slack.export import display_name
from connectors.slack.messages import Place
from connectors.slack.settings import SlackSettings
from connectors.slack.web import Web
from connectors.slack.words import Names
from gleanery.errors import Denied, GleaneryError, Unreachable
from gleanery.ports import Context

_FRESH_TEAM, _FRESH_CHANNELS, _FRESH_NAMES = timedelta(days=1), timedelta(hours=1), timedelta(days=1)
_NAMES_LAST, _NAMES_AGAIN = timedelta(days=2), timedelta(hours=1)
_NO_MEMBERS: Mapping[str, Any] = {"people": {}, "cursor": None}


@dataclass(frozen=True, slots=True)
class Team:
    """The workspace's id, its name before .slack.com, the app's own account, and the rights of the token.

    `asked_as` is the workspace to name in lists where the token is of a whole organisation; `enterprise` is that
    organisation, empty where the workspace stands for itself.
    """

    id: str
    domain: str | None
    account: str
    scopes: tuple[str, ...] = ()
    asked_as: str | None = None
    enterprise: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel that the app is in. `id` is the one it was first known by, `asked` the one it has now.

    `home`: ids of the workspaces of the same organisation that share it.
    """

    id: str
    asked: str
    name: str
    home: tuple[str, ...] = ()


class Workspace:
    """One workspace as the app sees it."""

    def __init__(self, web: Web, settings: SlackSettings, ctx: Context) -> None:
        self._web, self._settings, self._ctx = web, settings, ctx
        self._channels: Mapping[str, Channel] | None = None

    @cached_property
    def team(self) -> Team:
        """From auth.test, at most a day old: https://docs.slack.dev/reference/methods/auth.test"""
        kept = self._ctx.store.get(self._key("team"))
        return Team(**{**kept, "scopes": tuple(kept["scopes"])}) if kept else self.asked_team()

    def asked_team(self) -> Team:
        """The same, asked anew."""
        told = self._web.ask("auth.test")
        own = self._settings.workspace
        domain = host_of(str(told.get("url") or "")).removesuffix(".slack.com")
        team = Team(
            id=own or str(told.get("team_id") or "unknown"),
            domain=self._settings.domain or domain or None,
            account=str(told.get("user_id") or ""),
            scopes=self._web.scopes,
            asked_as=own if told.get("is_enterprise_install") else None,
            enterprise=str(told.get("enterprise_id") or ""),
        )
        self._ctx.store.put(self._key("team"), asdict(team), expires_in=_FRESH_TEAM)
        self.team = team
        return team

    @property
    def channels(self) -> Mapping[str, Channel]:
        """The chosen channels that the app is in, by id; from users.conversations, at most an hour old.

        https://docs.slack.dev/reference/methods/users.conversations
        """
        if self._channels is None:
            kept = self._ctx.store.get(self._key("channels")) or self._asked_channels()
            self._channels = {one["id"]: Channel(**{**one, "home": tuple(one["home"])}) for one in kept}
        return self._channels

    def invited_to(self) -> list[Channel]:
        """Every channel that the app is in, chosen or not, asked anew."""
        return [self._channel(record) for record in self._memberships()]

    @property
    def missing(self) -> tuple[str, ...]:
        """What `channels` names and the app is not in."""
        present = {word for one in self.channels.values() for word in (one.id, one.asked, one.name)}
        return tuple(sorted(self._wanted - present))

    def channel(self, partition: str) -> Channel:
        """The channel of a partition. Raises: Denied for a name that stands for no channel of the app's."""
        found = self.channels.get(partition)
        if found is not None:
            return found
        if partition[:1] in "CG" and partition.isalnum() and partition.isupper():
            return Channel(partition, partition, partition)  # Slack says what is wrong with it
        raise Denied(
            "slack: the app is in no channel of a name that `channels` gives.",
            remedy="Invite it there (/invite @ and its name); gleanery sources check NAME tells which.",
        )

    def place(self, channel: Channel, *, tells_reactions: bool = False) -> Place:
        """Where the messages of a channel stand."""
        team = self.team
        home = frozenset(filter(None, (team.id, team.enterprise, *channel.home)))
        return Place(team.id, team.domain, channel.id, self.names, home, tells_reactions)

    @cached_property
    def names(self) -> Names:
        """Display names of members, a day old, two where Slack does not list them; nothing else of them is kept.

        https://docs.slack.dev/reference/methods/users.list
        """
        return Names(self._people(), {one.asked: one.name for one in self.channels.values()})

    def _people(self) -> dict[str, str]:
        """Names by id. Without a list of members there are those of yesterday, or none: reading does not wait for it.

        Raises: Unreachable where Slack only asks for a pause.
        """
        kept = self._ctx.store.get(self._key("names")) or {"people": {}, "until": ""}
        if kept["until"] > self._ctx.now().isoformat():
            return dict(kept["people"])
        try:
            people, until = self._asked_people(), _FRESH_NAMES
        except GleaneryError as error:
            if _is_pause(error):
                raise
            self._ctx.log.warning("slack.names_not_told", error=str(error))
            people, until = dict(kept["people"]), _NAMES_AGAIN
        now = self._ctx.now()
        names = {"people": people, "until": (now + until).isoformat()}
        self._ctx.store.put(self._key("names"), names, expires_in=_NAMES_LAST)
        return people

    def _asked_people(self) -> dict[str, str]:
        """Names of all members; goes on where a pause ended it. Raises as `Web.ask`, and then begins anew."""
        begun = self._ctx.store.get(self._key("members")) or _NO_MEMBERS
        try:
            return self._rest_of_people(begun)
        except GleaneryError as error:
            if _is_pause(error):
                raise
            self._ctx.store.put(self._key("members"), None)
            if begun["cursor"] is None:
                raise
        return self._rest_of_people(_NO_MEMBERS)  # a cursor does not last for ever

    def _rest_of_people(self, begun: Mapping[str, Any]) -> dict[str, str]:
        people, key = dict(begun["people"]), self._key("members")
        asked = self._web.pages("users.list", "members", begun["cursor"], team_id=self.team.asked_as)
        for members, after in asked:
            people |= {str(one["id"]): display_name(one) for one in members if one.get("id")}
            kept = {"people": people, "cursor": after} if after else None
            self._ctx.store.put(key, kept, expires_in=_FRESH_NAMES)
        return people

    def forget(self) -> None:
        """Ask for the channels anew next time: something about them changed."""
        self._ctx.store.put(self._key("channels"), None)
        self._channels = None

    def moved(self, old: str, new: str) -> None:
        """A channel has a new id; its messages go on under the first, so that none is doubled."""
        self._ctx.store.put("aliases", {**self._aliases, new: self.first_id(old)})
        self.forget()

    def first_id(self, channel: str) -> str:
        """The id that a channel was first known by."""
        return self._aliases.get(channel, channel)

    @property
    def _aliases(self) -> dict[str, str]:
        return dict(self._ctx.store.get("aliases") or {})

    def _asked_channels(self) -> list[dict[str, Any]]:
        found = [self._channel(record) for record in self._memberships() if self._is_chosen(record)]
        kept = [asdict(channel) for channel in sorted(found, key=lambda one: one.id)]
        self._ctx.store.put(self._key("channels"), kept, expires_in=_FRESH_CHANNELS)
        return kept

    def _memberships(self) -> list[dict[str, Any]]:
        kinds = "public_channel,private_channel" if self._settings.include_private else "public_channel"
        pages = self._web.pages(
            "users.conversations",
            "channels",
            types=kinds,
            exclude_archived=True,
            team_id=self.team.asked_as,
        )
        return [record for records, _ in pages for record in records if record.get("id")]

    @property
    def _wanted(self) -> frozenset[str]:
        return frozenset(name.removeprefix("#") for name in self._settings.channels)

    def _is_chosen(self, record: Mapping[str, Any]) -> bool:
        own = {record["id"], record.get("name"), self.first_id(record["id"])}
        return not self._wanted or bool(self._wanted & own)

    def _channel(self, record: Mapping[str, Any]) -> Channel:
        home = tuple(one for one in record.get("internal_team_ids") or () if isinstance(one, str))
        asked = str(record["id"])
        return Channel(self.first_id(asked), asked, str(record.get("name") or asked), home)

    def _key(self, what: str) -> str:
        """A key under which nothing of another token or choice is found."""
        settings = self._settings
        parts = (settings.base_url, settings.workspace or "", settings.domain or "", *sorted(self._wanted))
        mark = digest(self._web.token, str(settings.include_private), *parts)
        return f"{what}:{mark}"


def _is_pause(error: GleaneryError) -> bool:
    return isinstance(error, Unreachable) and error.retry_after is not None

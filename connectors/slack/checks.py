"""What an administrator should know before reading live: `gleanery sources check`."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import islice
from typing import Any

from connectors._web import encryption
from connectors.slack.settings import SlackSettings
from connectors.slack.web import Web
from connectors.slack.workspace import Team, Workspace
from gleanery.errors import GleaneryError
from gleanery.ports import Check, Context

SCOPES = (
    "channels:history",
    "channels:read",
    "files:read",
    "groups:history",
    "groups:read",
    "reactions:read",
    "users:read",
)
"""As in manifest.yaml: public and private channels, who is who, reactions, the titles of files."""

PRIVATE = frozenset({"groups:history", "groups:read"})
_PAGES_OF_LIST = 5
_AT_MOST_NAMED = 10


def checks(settings: SlackSettings, ctx: Context, web: Web, workspace: Workspace) -> Iterator[Check]:
    """One line each; an error of Slack's ends them, with its remedy."""
    yield from encryption(settings.base_url, settings.token, settings.client_secret)
    try:
        team = workspace.asked_team()
        yield Check("token", True, f"the app is {team.account} in the workspace {team.id}.")
        yield from _scopes(team, settings)
        yield from _channels(settings, web, workspace)
    except GleaneryError as error:
        yield Check("slack", False, error.message, error.remedy)
        return
    yield _pace(settings, web)
    yield _events(settings, ctx)
    yield Check(
        "history",
        True,
        f"the first reading goes back {settings.first_days or 'all'} days; Slack's free plan shows the last 90 days"
        " only, and what is older cannot be read.",
    )
    yield Check("not possible", True, "direct messages are not read live, and no channel is joined unasked.")


def _scopes(team: Team, settings: SlackSettings) -> Iterator[Check]:
    """What the token may do, against what is needed. A token that does not tell is taken at its word."""
    if not team.scopes:
        return
    needed = {one for one in SCOPES if settings.include_private or one not in PRIVATE}
    missing, more = sorted(needed - set(team.scopes)), sorted(set(team.scopes) - set(SCOPES))
    if missing:
        remedy = "Add them under OAuth & Permissions at api.slack.com/apps and install the app again."
        yield Check("scopes", False, f"the app lacks {', '.join(missing)}.", remedy)
        return
    beyond = f" It has more than is used: {', '.join(more)}." if more else ""
    yield Check("scopes", True, f"the app has every right it needs.{beyond}")


def _counted(channels: int) -> str:
    return "one channel is" if channels == 1 else f"{channels} channels are"


def _channels(settings: SlackSettings, web: Web, workspace: Workspace) -> Iterator[Check]:
    workspace.forget()
    channels = workspace.channels
    if channels or not settings.channels:
        ids = ", ".join(islice(channels, _AT_MOST_NAMED))
        more = " and more" if len(channels) > _AT_MOST_NAMED else ""
        told = (
            f"{_counted(len(channels))} read: {ids}{more}." if channels else "the app is in no channel yet."
        )
        remedy = (
            "" if channels else "Invite it: write /invite @ and the app's name in each channel to be read."
        )
        yield Check("channels", bool(channels), told, remedy)
    if workspace.missing:
        listed = _listed(web, workspace.team)
        yield from (_missing(name, listed) for name in workspace.missing)


def _listed(web: Web, team: Team) -> list[dict[str, Any]]:
    """The public channels of the workspace, as far as a few requests (Tier 2) show them."""
    pages = web.pages("conversations.list", "channels", types="public_channel", team_id=team.asked_as)
    return [record for records, _ in islice(pages, _PAGES_OF_LIST) for record in records]


def _missing(name: str, listed: list[dict[str, Any]]) -> Check:
    """Why a channel that the settings name is not read. Names are shown only as the settings gave them."""
    found = next((one for one in listed if name in (one.get("id"), one.get("name"))), None)
    if found is None:
        near = get_close_matches(name, [str(one.get("name")) for one in listed], n=1)
        hint = f" The nearest is {near[0]}." if near else ""
        remedy = (
            f"Correct `channels`, or invite the app if it is private and switch on `include_private`.{hint}"
        )
        return Check("channel", False, f"there is no public channel {name}, or none that is listed.", remedy)
    if found.get("is_archived"):
        return Check("channel", False, f"{name} is archived and not read.", "Take it out of `channels`.")
    remedy = f"In Slack, open {name} and write /invite @ and the app's name."
    return Check("channel", False, f"the app is not in {name} ({found['id']}).", remedy)


def _pace(settings: SlackSettings, web: Web) -> Check:
    if not web.allowance.is_limited:
        pace = (
            f"up to {settings.requests_per_minute} requests a minute for messages, and as many for threads."
        )
        return Check("pace", True, pace)
    return Check(
        "pace",
        False,
        "Slack gives this app one request a minute and 15 messages a page: it counts as sold outside of Slack's"
        " Marketplace. Reading goes on, slowly.",
        "Make an app of your own from the manifest (docs/how-to/slack.md): internal apps are not limited.",
    )


def _events(settings: SlackSettings, ctx: Context) -> Check:
    ways = []
    if settings.app_token:
        ways.append("over a connection that `gleanery serve` keeps (Socket Mode)")
    if settings.signing_secret:
        ways.append(f"at {ctx.address.rstrip('/') or '<address of serve>'}/in/source-<name>/events")
    if ways:
        return Check("events", True, f"edits, deletions and reactions come at once {' and '.join(ways)}.")
    text = "none are received: edits and deletions further back than the newest page are found within a day"
    return Check(
        "events", True, f"{text}, edited replies within a week. Set `app_token` to know them at once."
    )

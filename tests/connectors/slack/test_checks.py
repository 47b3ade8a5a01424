"""What an administrator is told before anything is read, and which settings fit together."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from ruamel.yaml import YAML

from connectors.slack.checks import SCOPES
from connectors.slack.settings import SlackSettings
from gleanery.ports import Check
from gleanery.testing import Reply
from tests.connectors.slack.reader import Reader
from tests.fakes.slack import APP, TEAM, SlackWorld, World

Make = Callable[..., Reader]
ROOT = Path(__file__).resolve().parents[3]


def _lines(reader: Reader) -> dict[str, Check]:
    return {line.name: line for line in reader.connector().check()}


def test_a_sound_app_is_told_with_its_channels_pace_and_limits(world: SlackWorld, reader: Reader) -> None:
    lines = _lines(reader)
    assert all(line.ok for line in lines.values())
    assert APP in lines["token"].message
    assert TEAM in lines["token"].message
    assert lines["channels"].message.startswith("2 channels are read")
    assert "90 days" in lines["history"].message
    assert "free plan" in lines["history"].message
    assert "within a day" in lines["events"].message
    assert "direct messages" in lines["not possible"].message
    assert set(world.methods()) == {"auth.test", "users.conversations"}
    assert len(world.asked) == 2, "two requests, none of a scarce kind"


def test_missing_rights_are_named_and_needless_ones_too(world: SlackWorld, make: Make) -> None:
    world.scopes = "channels:history,channels:read,users:read"
    line = _lines(make())["scopes"]
    assert not line.ok
    assert line.message == "the app lacks files:read, reactions:read."
    assert "install the app again" in line.remedy
    world.scopes = ",".join((*SCOPES, "chat:write", "users:read.email"))
    assert "more than is used: chat:write, users:read.email" in _lines(make())["scopes"].message
    world.scopes = "channels:history,channels:read,files:read,reactions:read,users:read"
    assert _lines(make())["scopes"].ok
    assert not _lines(make(include_private=True))["scopes"].ok


def test_a_channel_that_the_app_is_not_in_is_told_with_how_to_invite_it(
    world: SlackWorld, make: Make
) -> None:
    world.worlds["C0FOREIGN"] = World("C0FOREIGN", "foreign", outside=True)
    world.worlds["C0PAST001"] = World("C0PAST001", "past", outside=True, is_archived=True)
    reader = make(channels=["general", "foreign", "past", "genral"])
    found = [line for line in reader.connector().check() if line.name == "channel"]
    assert [line.ok for line in found] == [False] * 3
    assert found[0].message == "the app is not in foreign (C0FOREIGN)."
    assert "/invite @" in found[0].remedy
    assert "The nearest is general." in found[1].remedy
    assert "archived" in found[2].message
    world.post("read")
    reader.read()
    assert list(reader.texts.values()) == ["read"]
    assert sorted(reader.errors) == ["foreign", "genral", "past"]


def test_an_app_in_no_channel_is_told_so(world: SlackWorld, reader: Reader) -> None:
    for one in world.worlds.values():
        one.is_member = False
    line = _lines(reader)["channels"]
    assert not line.ok
    assert "/invite @" in line.remedy


def test_a_token_sent_in_clear_is_told(world: SlackWorld, make: Make) -> None:
    reader = make(base_url="http://slack.example.org/api/")
    first = reader.connector().check()[0]
    assert (first.name, first.ok) == ("encryption", False)


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({}, "either `export`"),
        ({"export": "a.zip", "token": "t"}, "either `export`"),
        ({"export": "a.zip", "app_token": "t"}, "an export has no events"),
        ({"export": "a.zip", "signing_secret": "t"}, "an export has no events"),
        ({"token": "t", "include_direct": True}, "direct messages are not read live"),
        ({"token": "t", "look_back_days": 90}, "less than or equal to 85"),
        ({"token": "t", "base_url": "ftp://x"}, "pattern"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused(settings: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        SlackSettings(**settings)


def test_the_manifest_asks_for_what_is_used_and_for_nothing_that_writes() -> None:
    manifest = YAML(typ="safe").load((ROOT / "connectors/slack/manifest.yaml").read_text("utf-8"))
    asked = manifest["oauth_config"]["scopes"]["bot"]
    assert asked == sorted(SCOPES)
    assert not [scope for scope in asked if "write" in scope or "join" in scope or "email" in scope]
    events = manifest["settings"]["event_subscriptions"]["bot_events"]
    assert {"message.channels", "message.groups", "reaction_added", "reaction_removed"} <= set(events)
    assert manifest["settings"]["socket_mode_enabled"]


def test_the_how_to_shows_the_manifest_as_it_is() -> None:
    manifest = (ROOT / "connectors/slack/manifest.yaml").read_text("utf-8")
    assert manifest in (ROOT / "docs/how-to/slack.md").read_text("utf-8")


def test_a_token_of_a_whole_organisation_names_its_workspace(world: SlackWorld, make: Make) -> None:
    told = {"ok": True, "team_id": "E0ORG0001", "user_id": APP, "is_enterprise_install": True}
    world.interrupt(Reply(200, told), when=lambda asked: asked.path.endswith("auth.test"))
    reader = make(workspace=TEAM)
    ts = world.post("hello")
    reader.read()
    assert [post.realm for post in reader.known.drafts] == [TEAM]
    assert any(asked.form.get("team_id") == TEAM for asked in world.asked)
    assert ts in world.worlds["C0GENERAL"].messages


def test_slacks_library_is_loaded_only_where_a_workspace_is_asked() -> None:
    code = "import sys, connectors.slack; sys.exit('slack_sdk' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0


def test_secrets_are_not_shown_by_the_settings() -> None:
    token = f"xoxb-{secrets.token_hex(8)}"
    assert token not in repr(SlackSettings(token=SecretStr(token)))

"""What may be entered, what an administrator is told before reading, and what the terms allow."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.youtube import YouTube
from connectors.youtube.references import channel_reference, playlist_reference, video_reference
from connectors.youtube.settings import YouTubeSettings
from gleanery.ports import Check
from gleanery.testing import check_plugin, check_settings_refused
from tests.connectors.youtube.reading import reading

CHANNEL, VIDEO, PLAYLIST = "UC" + "a" * 22, "dQ-_4567890", "PL" + "b" * 32


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (CHANNEL, CHANNEL),
        ("@yardschool", "@yardschool"),
        (f"https://www.youtube.com/channel/{CHANNEL}/videos", CHANNEL),
        ("https://www.youtube.com/@yardschool?si=x", "@yardschool"),
        ("youtube.com/@yard.school", "@yard.school"),
        ("https://www.youtube.com/%40sch%C3%BCler", "@schüler"),
        ("https://www.youtube.com/user/YardSchool", "user/YardSchool"),
        (f"https://www.youtube.com/feeds/videos.xml?channel_id={CHANNEL}", CHANNEL),
    ],
)
def test_a_channel_is_known_by_id_handle_or_address(given: str, meant: str) -> None:
    assert channel_reference(given) == meant
    assert channel_reference(meant) == meant


@pytest.mark.parametrize(
    "given",
    ["yardschool", "https://www.youtube.com/c/YardSchool", "https://example.org/@yardschool", "", PLAYLIST],
)
def test_what_names_no_channel_is_refused_with_what_would(given: str) -> None:
    with pytest.raises(ValueError, match="@handle"):
        channel_reference(given)


def test_playlists_and_videos_are_known_by_id_or_address() -> None:
    assert playlist_reference(f"https://www.youtube.com/playlist?list={PLAYLIST}") == PLAYLIST
    assert playlist_reference(f"https://www.youtube.com/watch?v={VIDEO}&list={PLAYLIST}") == PLAYLIST
    for address in (f"watch?v={VIDEO}&t=10", f"shorts/{VIDEO}", f"live/{VIDEO}?si=x", f"embed/{VIDEO}"):
        assert video_reference(f"https://www.youtube.com/{address}") == VIDEO
    assert video_reference(f"https://youtu.be/{VIDEO}?t=3") == VIDEO
    for wrong in ("https://example.org/watch?v=" + VIDEO, "short"):
        with pytest.raises(ValueError, match="a video is given by"):
            video_reference(wrong)
        with pytest.raises(ValueError, match="a playlist is given by"):
            playlist_reference(wrong)


@pytest.mark.parametrize(
    "settings",
    [
        {"key": "k"},
        {"channels": [CHANNEL]},
        {"channels": [CHANNEL], "key": "k", "captions": True},
        {"channels": [CHANNEL], "key": "k", "base_url": "ftp://example.org"},
        {"searches": [" "], "key": "k"},
        {"channels": [CHANNEL], "key": "k", "chanels": []},
    ],
)
def test_settings_that_cannot_work_are_refused(settings: dict[str, Any]) -> None:
    check_settings_refused(YouTube, settings)


def test_the_plugin_is_whole_and_its_key_is_no_plain_text() -> None:
    check_plugin(YouTube)
    key = secrets.token_hex(8)
    assert key not in repr(YouTubeSettings(channels=(CHANNEL,), key=key))


def test_the_policy_is_that_of_the_terms(tmp_path: Path) -> None:
    with reading(tmp_path) as source:
        policy = source.connector().policy
        assert (policy.max_age, policy.refresh_by) == (timedelta(days=30), timedelta(days=25))
        assert policy.attribution == "YouTube"
        assert policy.may_store_text
        assert policy.may_embed
        assert policy.delete_on_disconnect
        assert not policy.may_pass_text_on
        assert not policy.may_learn
        source.change_settings(words_may_leave=True)
        assert source.connector().policy.may_pass_text_on


def _lines(checks: Any) -> dict[str, Check]:
    return {line.name: line for line in checks}


def test_a_check_tells_what_is_there_what_is_left_and_what_it_cost(tmp_path: Path) -> None:
    with reading(tmp_path, videos=3) as source:
        world = source.world
        source.change_settings(
            channels=[world.shared.id, "@guests", "@nobody", CHANNEL],
            playlists=[world.playlist, PLAYLIST],
            videos=[world.shared.uploads[0], VIDEO],
            searches=["lift"],
        )
        lines = _lines(source.connector().check())
        assert world.spent() == 5
        assert world.spent("searches") == 0
        assert "asking cost 5 units" in lines["access"].message
        assert "3 videos" in lines[f"channel {world.shared.id}"].message
        assert f"feeds/videos.xml?channel_id={world.guest.id}" in lines["channel @guests"].message
        assert not lines["channel @nobody"].ok
        assert not lines[f"channel {CHANNEL}"].ok
        assert lines[f"playlist {world.playlist}"].ok
        assert not lines[f"playlist {PLAYLIST}"].ok
        assert VIDEO in lines["videos"].message
        assert all(line.ok or line.remedy for line in lines.values())
        assert "owner" in lines["captions"].message


def test_a_check_tells_what_is_left_of_both_buckets_and_when_it_comes_back(tmp_path: Path) -> None:
    with reading(tmp_path, searches=["lift"], daily_units=100) as source:
        source.meter.spend("youtube.units", 40)
        quota = [line.message for line in source.connector().check() if line.name == "quota"]
        assert quota[0].startswith("59 of 100 youtube.units")
        assert "2026-01-16 08:00 UTC" in quota[0]
        assert quota[1].startswith("90 of 90 youtube.search")


def test_a_check_with_nothing_left_says_so_and_sends_nothing(tmp_path: Path) -> None:
    with reading(tmp_path, daily_units=10) as source:
        source.meter.spend("youtube.units", 10)
        (line,) = source.connector().check()
        assert not line.ok
        assert "used up" in line.message
        assert not source.world.asked


def test_a_check_of_a_channel_with_more_than_a_list_shows_says_what_to_do(tmp_path: Path) -> None:
    with reading(tmp_path) as source:
        source.world.shared.uploads = ["x"] * 20_001
        line = _lines(source.connector().check())[f"channel {source.world.shared.id}"]
        assert "newest 20,000" in line.message


def test_a_check_with_a_wrong_key_names_the_remedy_and_not_the_key(tmp_path: Path) -> None:
    wrong = secrets.token_hex(16)
    with reading(tmp_path, key=wrong) as source:
        (line,) = source.connector().check()
        assert not line.ok
        assert "credentials" in line.remedy
        assert wrong not in f"{line}"


def test_a_sign_in_tells_its_scope_and_end(tmp_path: Path) -> None:
    token = secrets.token_hex(8)
    with reading(tmp_path, key=None, client_id="app") as source:
        source.world.tokens, source.tokens.token = {token}, token
        source.tokens.until = source.clock() + timedelta(hours=1)
        line = _lines(source.connector().check())["sign-in"]
        assert "youtube.readonly" in line.message
        assert "2026-01-15 13:00 UTC" in line.message


def test_nobody_signed_in_is_told_with_the_command(tmp_path: Path) -> None:
    with reading(tmp_path, key=None, client_id="app") as source:
        (line,) = source.connector().check()
        assert not line.ok
        assert "gleanery sources connect" in line.remedy


def test_the_app_asks_for_no_more_than_it_needs(tmp_path: Path) -> None:
    with reading(tmp_path) as source:
        assert source.connector().oauth() is None
        source.change_settings(client_id="app")
        app = source.connector().oauth()
        assert app is not None
        assert app.scopes == ("https://www.googleapis.com/auth/youtube.readonly",)
        assert app.revoke_url == "https://oauth2.googleapis.com/revoke"
        source.change_settings(comments=True)
        more = source.connector().oauth()
        assert more is not None
        assert more.scopes == ("https://www.googleapis.com/auth/youtube.force-ssl",)


def test_a_key_never_travels_in_clear_unnoticed() -> None:
    with pytest.raises(ValidationError):
        YouTubeSettings(channels=(CHANNEL,), base_url="https://user:secret@example.org")


def test_the_client_library_is_not_loaded_before_something_is_read() -> None:
    import subprocess
    import sys

    code = (
        "import sys, connectors.youtube; print('googleapiclient' in sys.modules, 'httplib2' in sys.modules)"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == ["False", "False"]

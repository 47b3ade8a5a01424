"""What is kept is looked up again within 25 days, a little at a time; captions only of one's own videos."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path

from connectors.youtube.captioning import spoken
from tests.connectors.youtube.reading import DAY, HOUR, Reading, reading


def _oldest(source: Reading) -> timedelta:
    return source.clock() - min(post.fetched_at for post in source.known.posts())


def test_every_video_is_looked_up_again_within_25_days(tmp_path: Path) -> None:
    with reading(tmp_path, videos=260) as source:
        source.read()
        source.clock.move(timedelta(days=3))
        for _ in range(40):
            source.world.add_video()
        for _ in range(40):
            source.clock.move(DAY)
            source.read("channel", "refresh")
            assert _oldest(source) < 25 * DAY


def test_few_videos_cost_few_units(tmp_path: Path) -> None:
    with reading(tmp_path, videos=20) as source:
        source.read()
        before = source.world.spent()
        for _ in range(24 * 24):
            source.clock.move(HOUR)
            source.read("refresh")
        assert source.world.spent() - before <= 6
        assert _oldest(source) < 25 * DAY


def test_looking_again_is_spread_evenly(tmp_path: Path) -> None:
    with reading(tmp_path, videos=1_000) as source:
        source.read()
        daily = []
        for _ in range(25):
            before = source.asked("videos")
            source.clock.move(DAY)
            source.read("refresh")
            daily.append(source.asked("videos") - before)
        assert max(daily[4:]) <= 2
        assert sum(daily) <= 28


def test_after_a_pause_of_ten_days_what_fell_due_is_made_up_for(tmp_path: Path) -> None:
    with reading(tmp_path, videos=200) as source:
        source.read()
        for _ in range(12):
            source.clock.move(DAY)
            source.read("refresh")
        source.clock.move(10 * DAY)
        source.read("refresh")
        assert _oldest(source) < 25 * DAY


def test_an_old_video_that_was_removed_or_renamed_is_found_by_looking_again(tmp_path: Path) -> None:
    with reading(tmp_path, videos=150) as source:
        source.read()
        removed, renamed = (source.world.videos[one] for one in source.world.shared.uploads[:2])
        removed.removed, renamed.title = True, "Renamed"
        source.world.shared.uploads.remove(removed.id)
        for _ in range(24):
            source.clock.move(DAY)
            source.read("refresh")
        assert removed.id not in source.ids()
        assert source.title(renamed.id) == "Renamed"


def test_a_turn_that_is_cut_off_goes_on(tmp_path: Path) -> None:
    with reading(tmp_path, videos=300) as source:
        source.read()
        source.clock.move(DAY * 10)
        source.take(next(source.connector().pages("refresh", source.states["refresh"])), "refresh")
        assert source.states["refresh"]["left"] == 100
        before = source.asked("videos")
        source.read("refresh")
        assert source.asked("videos") - before == 2
        assert "left" not in source.states["refresh"]


def test_captions_are_off_and_a_key_cannot_read_them(tmp_path: Path) -> None:
    with reading(tmp_path, videos=1) as source:
        assert "captions" not in source.connector().partitions()


def test_captions_of_own_videos_stand_beside_them_and_are_paid_for_once_in_24_days(tmp_path: Path) -> None:
    token = secrets.token_hex(8)
    with reading(tmp_path, videos=2, key=None, client_id="app", captions=True) as source:
        world = source.world
        world.tokens, source.tokens.token = {token}, token
        video, silent = world.shared.uploads
        track = f"{video}track"
        world.captions[track] = "1\n00:00:01,000 --> 00:00:02,500\n<i>Check</i> the\nradius first.\n\n"
        other = world.add_video(world.guest)
        source.change_settings(videos=[other.id])
        source.read()
        (post,) = (post for post in source.known.drafts if post.parent_external_id)
        assert (post.external_id, post.text) == (f"caption:{track}", "Check the radius first.")
        assert post.parent_external_id == video
        before = world.spent()
        source.clock.move(20 * DAY)
        source.read("captions")
        assert world.spent() - before == 1, "only which channels are one's own is asked again"
        source.clock.move(4 * DAY)
        del world.captions[track]
        source.read("captions")
        assert f"caption:{track}" not in source.ids()
        assert silent in source.ids()


def test_captions_that_are_refused_stop_nothing(tmp_path: Path) -> None:
    token = secrets.token_hex(8)
    with reading(tmp_path, videos=1, key=None, client_id="app", captions=True) as source:
        source.world.tokens, source.tokens.token = {token}, token
        source.ctx.store.put("own channels", [source.world.guest.id])
        other = source.world.add_video(source.world.guest)
        source.change_settings(videos=[other.id])
        source.read()
        assert other.id in source.ids()
        assert other.id in source.states["captions"]["looked"]


def test_what_is_spoken_is_told_from_numbers_times_and_markup() -> None:
    assert spoken("1\n00:00:01,000 --> 00:00:02,000\nTen <b>tons</b>\n\n2\n") == "Ten tons"

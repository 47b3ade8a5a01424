"""Single videos, broadcasts, searches, and what a video becomes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from connectors.youtube.drafts import video_post
from gleanery.testing import Reply
from tests.connectors.youtube.reading import DAY, HOUR, reading


def test_a_broadcast_is_held_back_until_it_is_over(tmp_path: Path) -> None:
    with reading(tmp_path, videos=2) as source:
        video = source.world.add_video(starts=source.clock() + 5 * HOUR)
        source.read()
        assert video.id not in source.ids()
        for _ in range(5):
            source.clock.move(HOUR)
            source.read()
            assert video.id not in source.ids()
        source.clock.move(HOUR)
        source.read()
        assert video.id in source.ids()


def test_a_broadcast_that_never_begins_is_asked_about_once_a_day(tmp_path: Path) -> None:
    with reading(tmp_path) as source:
        video = source.world.add_video(starts=source.clock() + 400 * DAY)
        source.read()
        before = source.asked("videos")
        for _ in range(48):
            source.clock.move(HOUR)
            source.read("channel")
        assert source.asked("videos") - before == 2
        assert video.id not in source.ids()


def test_a_broadcast_that_is_held_is_not_asked_about_before_it_is_due(tmp_path: Path) -> None:
    with reading(tmp_path) as source:
        source.read()
        source.clock.move(2 * HOUR)
        source.world.add_video(starts=source.clock() + 400 * DAY)
        source.read()
        before = source.asked("videos")
        for _ in range(23):
            source.clock.move(HOUR)
            source.read("channel")
        assert source.asked("videos") == before


def test_a_broadcast_that_is_called_off_is_forgotten(tmp_path: Path) -> None:
    with reading(tmp_path) as source:
        video = source.world.add_video(starts=source.clock() + 2 * HOUR)
        source.read()
        video.removed = True
        source.world.shared.uploads.remove(video.id)
        source.clock.move(3 * HOUR)
        source.read()
        assert source.states[f"channel:{source.world.shared.id}"]["held"] == {}


def test_single_videos_are_read_whatever_their_age_and_a_missing_one_is_a_fault(tmp_path: Path) -> None:
    with reading(tmp_path) as source:
        old = source.world.add_video(source.world.guest, publish_at=source.clock() - 900 * DAY)
        source.change_settings(channels=[], videos=[old.id, "x" * 11], first_days=90)
        faults = [fault for page in source.read() for fault in page.faults]
        assert source.ids() == {old.id}
        assert [fault.where for fault in faults] == [f"video {'x' * 11}"]


def test_single_videos_are_looked_at_once_a_day_fifty_to_a_unit(tmp_path: Path) -> None:
    with reading(tmp_path) as source:
        videos = [source.world.add_video(source.world.guest) for _ in range(120)]
        source.change_settings(channels=[], videos=[video.id for video in videos])
        source.read()
        assert source.world.spent() == 3
        source.clock.move(HOUR)
        source.read()
        assert source.world.spent() == 3
        videos[7].title, videos[9].privacy = "Renamed", "private"
        source.clock.move(DAY)
        source.read("videos")
        assert source.world.spent() == 6
        assert source.title(videos[7].id) == "Renamed"
        assert videos[9].id not in source.ids()


def test_single_videos_go_on_where_they_were_cut_off(tmp_path: Path) -> None:
    with reading(tmp_path) as source:
        videos = [source.world.add_video(source.world.guest) for _ in range(120)]
        source.change_settings(channels=[], videos=[video.id for video in videos])
        source.take(next(source.connector().pages("videos", {})), "videos")
        source.read("videos")
        assert len(source.ids()) == 120
        assert source.asked("videos") == 3


def test_a_search_finds_what_is_new_in_one_call_and_looks_up_what_it_does_not_know(tmp_path: Path) -> None:
    with reading(tmp_path, channels=[], searches=["lift"]) as source:
        for number in range(70):
            source.world.add_video(source.world.guest, publish_at=source.clock() - HOUR * (number + 1))
        source.read()
        assert source.words().keys() == set(source.world.guest.uploads)
        assert (source.asked("search"), source.asked("videos")) == (2, 2)
        source.clock.move(DAY)
        fresh = source.world.add_video(source.world.guest)
        source.read("search")
        assert fresh.id in source.ids()
        assert (source.asked("search"), source.asked("videos")) == (3, 3)


def test_searches_share_the_calls_of_the_day_evenly(tmp_path: Path) -> None:
    with reading(tmp_path, channels=[], searches=["lift", "crane", "sling"]) as source:
        for _ in range(24 * 6):
            source.read("search")
            source.clock.move(timedelta(minutes=10))
        assert source.world.spent("searches") <= 45 + 3
        assert source.world.spent("searches") % 3 == 0


def test_a_search_reads_no_more_pages_than_it_may(tmp_path: Path) -> None:
    with reading(tmp_path, channels=[], searches=["lift"], search_pages=2) as source:
        for _ in range(300):
            source.world.add_video(source.world.guest)
        source.read()
        assert source.asked("search") == 2
        assert len(source.ids()) == 100


def test_a_video_that_a_search_does_not_find_any_more_is_not_gone(tmp_path: Path) -> None:
    with reading(tmp_path, channels=[], searches=["lift"]) as source:
        video = source.world.add_video(source.world.guest)
        source.read()
        video.title, video.text = "Slings", "Words."
        source.clock.move(DAY)
        source.read("search")
        assert video.id in source.ids()


def test_a_search_cut_off_between_pages_goes_on_there(tmp_path: Path) -> None:
    with reading(tmp_path, channels=[], searches=["lift"]) as source:
        for number in range(120):
            source.world.add_video(source.world.guest, publish_at=source.clock() - HOUR * (number + 1))
        (partition,) = (one for one in source.connector().partitions() if one.startswith("search"))
        source.take(next(source.connector().pages(partition, {})), partition)
        assert "newest" not in source.states[partition], "the mark moves only at the end of the window"
        source.read("search")
        assert len(source.ids()) == 120
        assert source.asked("search") == 3


def test_a_video_has_its_length_licence_language_and_tags(tmp_path: Path) -> None:
    with reading(tmp_path) as source:
        source.world.add_video(seconds=3_725, license="creativeCommon")
        source.read()
        (post,) = source.known.drafts
        assert (post.seconds, post.language, post.tags) == (3_725, "en", ("safety", "crane"))
        assert post.licence == "https://creativecommons.org/licenses/by/3.0/"
        assert post.channel == source.world.shared.id


@pytest.mark.parametrize(("duration", "seconds"), [("PT15M33S", 933), ("P1DT2H", 93_600), ("P0D", None)])
def test_a_length_is_read_in_seconds(duration: str, seconds: int | None) -> None:
    record = {
        "id": "a" * 11,
        "snippet": {"channelId": "UC", "title": "A", "publishedAt": "2026-01-01T00:00:00Z"},
        "contentDetails": {"duration": duration},
    }
    assert video_post(record).seconds == seconds


def test_a_record_without_what_a_post_needs_is_a_fault_and_the_others_are_read(tmp_path: Path) -> None:
    with reading(tmp_path) as source:
        videos = [source.world.add_video() for _ in range(3)]
        records = [video.record(source.clock()) for video in videos]
        del records[1]["snippet"]["channelId"]
        records[2]["snippet"]["somethingNew"] = {"deep": [1]}
        answer = {"kind": "youtube#videoListResponse", "items": records}
        source.world.interrupt(Reply(200, answer), when=lambda asked: asked.path.endswith("/videos"))
        faults = [fault.where for page in source.read() for fault in page.faults]
        assert faults == [f"video {videos[1].id}"]
        assert source.ids() == {videos[0].id, videos[2].id}

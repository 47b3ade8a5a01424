"""Channels and playlists: complete, cheap, and without ever searching."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from connectors.youtube.references import feed_address
from gleanery.errors import Gone
from tests.connectors.youtube.reading import DAY, HOUR, reading


def test_a_channel_is_read_whole_and_never_searched_for(tmp_path: Path) -> None:
    with reading(tmp_path, videos=120) as source:
        source.read()
        assert source.words() == source.world.truth()
        assert source.asked("search") == 0


def test_a_second_reading_of_an_unchanged_channel_brings_nothing_and_costs_one_unit(tmp_path: Path) -> None:
    with reading(tmp_path, videos=120) as source:
        source.read()
        before, state = source.world.spent(), dict(source.states)
        source.clock.move(HOUR)
        assert not [post for page in source.read() for post in page.posts]
        assert source.world.spent() - before == 1
        assert source.states == state, "a state that changes for nothing makes an audit entry for nothing"


def test_a_channel_of_10000_videos_read_again_unchanged_costs_at_most_five_units_and_its_share(
    tmp_path: Path,
) -> None:
    with reading(tmp_path, videos=10_000, first_days=30) as source:
        source.read()
        for hours in (1, 23, 24):
            before = source.world.spent()
            source.clock.move(timedelta(hours=hours))
            source.read("channel")
            week = 7 * 24
            swept = 199 * hours / week
            assert source.world.spent() - before <= 5 + swept + 1


def test_a_first_reading_takes_the_days_asked_for_and_stops_there(tmp_path: Path) -> None:
    with reading(tmp_path, videos=1_000, first_days=5) as source:
        source.read("channel")
        assert len(source.ids()) == 5 * 24
        assert source.asked("playlistItems") == 3 + 3, "three pages hold them; three more are looked at"


def test_new_videos_are_found_at_once_however_many(tmp_path: Path) -> None:
    with reading(tmp_path, videos=60) as source:
        source.read()
        for _ in range(130):
            source.world.add_video()
        source.clock.move(HOUR)
        source.read()
        assert source.words() == source.world.truth()


def test_a_scheduled_video_that_appears_behind_newer_ones_is_found_within_a_day(tmp_path: Path) -> None:
    with reading(tmp_path, videos=10) as source:
        late = source.world.add_video(publish_at=source.clock() + 3 * HOUR)
        for _ in range(120):
            source.world.add_video()
        source.read()
        assert late.id not in source.ids()
        source.clock.move(DAY)
        source.read()
        assert late.id in source.ids()


def test_a_video_published_far_behind_all_others_is_found_within_a_week(tmp_path: Path) -> None:
    with reading(tmp_path, videos=5) as source:
        late = source.world.add_video(privacy="private")
        for _ in range(400):
            source.world.add_video()
        source.read()
        late.privacy = "public"
        for _ in range(8):
            source.clock.move(DAY)
            source.read("channel")
        assert late.id in source.ids()


def test_a_video_removed_or_made_private_is_gone_at_the_next_reading_if_it_is_recent(tmp_path: Path) -> None:
    with reading(tmp_path, videos=30) as source:
        source.read()
        removed, hidden = (source.world.videos[one] for one in source.world.shared.uploads[-2:])
        source.world.shared.uploads.remove(removed.id)
        removed.removed, hidden.privacy = True, "private"
        gone = {one.external_id for page in source.read() for one in page.gone}
        assert gone == {removed.id, hidden.id}


def test_a_video_that_comes_back_is_there_again(tmp_path: Path) -> None:
    with reading(tmp_path, videos=3) as source:
        source.read()
        video = source.world.videos[source.world.shared.uploads[0]]
        video.privacy = "private"
        source.read()
        assert video.id not in source.ids()
        video.privacy = "public"
        source.read()
        assert video.id in source.ids()


def test_a_renamed_video_is_read_again_and_stays_one_post(tmp_path: Path) -> None:
    with reading(tmp_path, videos=3) as source:
        source.read()
        video = source.world.videos[source.world.shared.uploads[1]]
        video.title = "Reading a load chart"
        pages = source.read()
        assert [post.external_id for page in pages for post in page.posts] == [video.id]
        assert source.title(video.id) == "Reading a load chart"


def test_a_video_older_than_the_first_reading_took_stays_out_also_when_it_is_renamed(tmp_path: Path) -> None:
    with reading(tmp_path, first_days=10) as source:
        old = source.world.add_video(publish_at=source.clock() - 20 * DAY)
        source.world.add_video()
        source.read()
        old.title = "Renamed"
        source.clock.move(DAY)
        source.read()
        assert old.id not in source.ids()


def test_a_list_that_ends_at_its_longest_is_read_to_there_and_nothing_is_taken_for_gone(
    tmp_path: Path,
) -> None:
    with reading(tmp_path, videos=170) as source:
        source.world.longest = 100
        source.read()
        source.clock.move(8 * DAY)
        pages = source.read("channel")
        assert len(source.ids()) == 100
        assert not [one for page in pages for one in page.gone]


def test_handles_and_addresses_name_the_same_channel_and_are_looked_up_once(tmp_path: Path) -> None:
    handle, address = "@yardschool", "https://www.youtube.com/@yardschool/videos"
    with reading(tmp_path, videos=2, channels=[handle, address]) as source:
        assert source.settings.channels == (handle,)
        source.read()
        source.read()
        assert source.ids() == set(source.world.truth())
        assert source.asked("channels") == 1


def test_a_handle_that_somebody_else_takes_does_not_change_what_is_read(tmp_path: Path) -> None:
    with reading(tmp_path, videos=2, channels=["@yardschool"]) as source:
        source.read()
        source.world.shared.handle = "@renamed"
        source.world.add_channel("@yardschool")
        source.world.add_video()
        source.read()
        assert source.ids() == set(source.world.truth())


def test_a_channel_that_is_not_there_is_gone_and_the_others_are_read(tmp_path: Path) -> None:
    with reading(tmp_path, videos=2, channels=["UC" + "x" * 22, "@yardschool"]) as source:
        (error,) = source.read_in_spite_of_errors()
        assert isinstance(error, Gone)
        assert not error.stops_source
        assert source.ids() == set(source.world.truth())


def test_a_channel_that_was_closed_is_a_partition_gone(tmp_path: Path) -> None:
    with reading(tmp_path, videos=2) as source:
        source.read()
        source.world.shared.closed = True
        with pytest.raises(Gone, match="playlistNotFound"):
            source.read("channel")


def test_a_playlist_holds_videos_of_any_channel_wherever_they_are_put_in(tmp_path: Path) -> None:
    with reading(tmp_path, channels=[], playlists=["PL" + "x" * 30]) as source:
        world = source.world
        source.change_settings(playlists=[world.playlist])
        places = world.playlists[world.playlist]
        for _ in range(120):
            places.append((world.add_video(world.guest).id, world.clock()))
        source.read()
        assert len(source.ids()) == 120
        places.insert(115, (world.add_video(world.guest).id, world.clock()))
        source.clock.move(HOUR)
        source.read()
        assert source.words() == world.truth()
        assert {post.realm for post in source.known.drafts} == {world.guest.id}


def test_places_of_removed_videos_in_a_playlist_become_no_posts_and_cost_nothing(tmp_path: Path) -> None:
    with reading(tmp_path, channels=[], playlists=["PL" + "x" * 30]) as source:
        world = source.world
        source.change_settings(playlists=[world.playlist])
        videos = [world.add_video(world.guest) for _ in range(60)]
        world.playlists[world.playlist] = [(video.id, world.clock()) for video in videos]
        videos[0].removed, videos[55].privacy = True, "private"
        source.read()
        assert source.ids() == {video.id for video in videos} - {videos[0].id, videos[55].id}
        before = source.asked("videos")
        source.clock.move(HOUR)
        source.read()
        assert source.asked("videos") == before


def test_a_video_removed_from_a_playlist_by_its_arranger_is_not_gone(tmp_path: Path) -> None:
    with reading(tmp_path, channels=[], playlists=["PL" + "x" * 30]) as source:
        world = source.world
        source.change_settings(playlists=[world.playlist])
        kept, taken_out = world.add_video(world.guest), world.add_video(world.guest)
        world.playlists[world.playlist] = [(kept.id, world.clock()), (taken_out.id, world.clock())]
        source.read()
        del world.playlists[world.playlist][1]
        source.read()
        assert source.ids() == {kept.id, taken_out.id}


def test_reading_goes_on_where_it_was_cut_off_and_asks_no_page_twice(tmp_path: Path) -> None:
    with reading(tmp_path, videos=400) as source:
        pages = source.connector().pages(f"channel:{source.world.shared.id}", {})
        for _ in range(4):
            source.take(next(pages), f"channel:{source.world.shared.id}")
        source.read("channel")
        assert source.words() == source.world.truth()
        tokens = [one.query.get("pageToken") for one in source.world.asked if one.path.endswith("Items")]
        behind = [token for token in tokens if token]
        assert len(behind) == len(set(behind)) == 7


def test_a_place_that_youtube_no_longer_knows_makes_it_begin_anew(tmp_path: Path) -> None:
    with reading(tmp_path, videos=130) as source:
        partition = f"channel:{source.world.shared.id}"
        source.take(next(source.connector().pages(partition, {})), partition)
        source.states[partition] = {**source.states[partition], "walk": {"token": "old", "patience": 3}}
        source.read()
        assert source.words() == source.world.truth()


def test_the_same_video_by_feed_and_by_the_api_is_one_post(tmp_path: Path) -> None:
    from connectors.feeds import Feeds
    from connectors.feeds.settings import FeedsSettings

    with reading(tmp_path, videos=1) as source:
        source.read()
        (by_api,) = source.known.drafts
        feed = tmp_path / "channel.xml"
        feed.write_text(_FEED.format(channel=by_api.realm, video=by_api.external_id))
        feeds = Feeds(FeedsSettings(files=(feed,)), source.ctx)
        (by_feed,) = next(iter(feeds.pages("channel.xml", {}))).posts
        identity = [
            (post.platform, post.realm, post.external_id, post.url, post.kind) for post in (by_api, by_feed)
        ]
        assert identity[0] == identity[1]
        assert by_feed.author is not None
        assert by_api.author is not None
        assert by_feed.author.external_id == by_api.author.external_id
        assert feed_address(by_api.realm).endswith(f"channel_id={by_api.realm}")


_FEED = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns:yt="http://www.youtube.com/xml/schemas/2015" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns="http://www.w3.org/2005/Atom">
 <id>yt:channel:{channel}</id><title>Yard school</title>
 <entry><id>yt:video:{video}</id><yt:videoId>{video}</yt:videoId><yt:channelId>{channel}</yt:channelId>
  <title>Lift 1</title><link rel="alternate" href="https://www.youtube.com/watch?v={video}"/>
  <author><name>Channel 1</name><uri>https://www.youtube.com/channel/{channel}</uri></author>
  <published>2026-01-15T11:00:00+00:00</published>
 </entry>
</feed>
"""

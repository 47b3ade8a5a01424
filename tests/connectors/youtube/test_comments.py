"""Comments with all their replies; deleted ones go; switched-off ones are no failure."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gleanery.testing import Reply
from tests.connectors.youtube.reading import DAY, HOUR, Reading, reading


def _comments(source: Reading) -> dict[str, str]:
    return {one: text for one, text in source.words().items() if one.startswith("comment:")}


def test_comments_are_not_read_unless_asked_for(tmp_path: Path) -> None:
    with reading(tmp_path, videos=1) as source:
        source.world.add_comment(source.world.shared.uploads[0])
        source.read()
        assert not _comments(source)
        assert source.asked("commentThreads") == 0


def test_all_replies_are_read_not_only_the_five_that_come_along(tmp_path: Path) -> None:
    with reading(tmp_path, videos=2, comments=True) as source:
        video = source.world.shared.uploads[0]
        first = source.world.add_comment(video)
        for _ in range(230):
            source.world.add_comment(video, parent=first.id)
        few = source.world.add_comment(video)
        source.world.add_comment(video, parent=few.id)
        source.read()
        assert source.words() == source.world.truth()
        assert source.asked("comments") == 3, "three pages for the long thread, none for the short one"


def test_a_comment_stands_in_its_thread_and_names_its_author(tmp_path: Path) -> None:
    with reading(tmp_path, videos=1, comments=True) as source:
        video = source.world.shared.uploads[0]
        first = source.world.add_comment(video)
        reply = source.world.add_comment(video, parent=first.id)
        source.read()
        posts = {post.external_id: post for post in source.known.drafts}
        above, below = posts[f"comment:{first.id}"], posts[f"comment:{reply.id}"]
        assert (above.act, above.parent_external_id, above.realm) == (
            "commented",
            video,
            source.world.shared.id,
        )
        assert (below.act, below.parent_external_id) == ("replied", above.external_id)
        assert above.author is not None
        assert above.author.external_id == first.author
        assert above.url == f"https://www.youtube.com/watch?v={video}&lc={first.id}"
        assert above.edited_at is None


def test_a_late_reply_to_an_old_comment_is_found(tmp_path: Path) -> None:
    with reading(tmp_path, videos=1, comments=True) as source:
        video = source.world.shared.uploads[0]
        firsts = [source.world.add_comment(video) for _ in range(120)]
        source.read()
        source.clock.move(2 * DAY)
        source.world.add_comment(video, parent=firsts[0].id)
        source.read()
        assert source.words() == source.world.truth()


def test_an_edited_comment_has_its_new_words_and_when(tmp_path: Path) -> None:
    with reading(tmp_path, videos=1, comments=True) as source:
        one = source.world.add_comment(source.world.shared.uploads[0])
        source.read()
        source.clock.move(DAY)
        one.text, one.updated = "Second thoughts.", source.clock()
        source.read()
        (post,) = (post for post in source.known.drafts if post.external_id == f"comment:{one.id}")
        assert (post.text, post.edited_at) == ("Second thoughts.", source.clock())


def test_deleted_comments_and_replies_go_with_what_stands_below_them(tmp_path: Path) -> None:
    with reading(tmp_path, videos=1, comments=True) as source:
        video = source.world.shared.uploads[0]
        threads = [source.world.add_comment(video) for _ in range(3)]
        for first in threads:
            for _ in range(7):
                source.world.add_comment(video, parent=first.id)
        source.read()
        source.world.delete_comment(threads[0].id)
        source.world.delete_comment(next(one.id for one in source.world.comments.values() if one.parent))
        source.clock.move(DAY)
        source.read()
        assert source.words() == source.world.truth()
        assert len(_comments(source)) == 1 + 7 + 1 + 6


def test_comments_that_are_switched_off_are_no_failure_and_those_known_go(tmp_path: Path) -> None:
    with reading(tmp_path, videos=3, comments=True) as source:
        quiet, other = source.world.shared.uploads[:2]
        source.world.videos[quiet].comments_off = True
        source.world.add_comment(other)
        source.read()
        assert source.words() == source.world.truth()
        source.world.videos[other].comments_off = True
        source.clock.move(DAY)
        source.read()
        assert not _comments(source)


def test_a_video_that_vanishes_while_its_comments_are_read_is_no_failure(tmp_path: Path) -> None:
    with reading(tmp_path, videos=2, comments=True) as source:
        video = source.world.videos[source.world.shared.uploads[0]]
        source.world.add_comment(video.id)
        source.read()
        video.privacy = "private"
        source.clock.move(DAY)
        source.read("comments")
        source.read("channel")
        assert source.words() == source.world.truth()


@pytest.mark.parametrize(("status", "reason"), [(403, "forbidden"), (400, "processingFailure")])
def test_a_video_whose_comments_are_refused_is_a_fault_and_the_others_are_read(
    tmp_path: Path, status: int, reason: str
) -> None:
    with reading(tmp_path, videos=2, comments=True) as source:
        for video in source.world.shared.uploads:
            source.world.add_comment(video)
        source.read()
        source.clock.move(DAY)
        refused = Reply(status, {"error": {"code": status, "errors": [{"reason": reason}]}})
        source.world.interrupt(refused, when=lambda asked: asked.path.endswith("commentThreads"))
        late = source.world.add_comment(source.world.shared.uploads[0])
        later = source.world.add_comment(source.world.shared.uploads[1])
        faults = [fault for page in source.read() for fault in page.faults]
        assert len(faults) == 1
        found = _comments(source).keys() & {f"comment:{late.id}", f"comment:{later.id}"}
        assert len(found) == 1
        assert len(_comments(source)) == 3, "what was refused is not taken for deleted"


def test_the_comments_of_one_video_are_paused_at_half_of_the_quota_and_go_on_there(tmp_path: Path) -> None:
    with reading(tmp_path, videos=1, comments=True, daily_units=20) as source:
        for _ in range(1_500):
            source.world.add_comment(source.world.shared.uploads[0])
        source.read()
        assert source.world.spent() == 10
        assert not source.states["comments"].get("looked")
        source.clock.move(DAY)
        source.read()
        assert source.words() == source.world.truth()
        assert source.asked("commentThreads") == 15 + 1, "the page at which it was paused is asked for again"


def test_a_video_that_goes_takes_its_comments_along(tmp_path: Path) -> None:
    with reading(tmp_path, videos=2, comments=True) as source:
        video = source.world.videos[source.world.shared.uploads[0]]
        first = source.world.add_comment(video.id)
        source.world.add_comment(video.id, parent=first.id)
        source.read()
        video.removed = True
        source.world.shared.uploads.remove(video.id)
        source.read("channel")
        assert source.words() == source.world.truth()


def test_comments_of_old_videos_are_looked_at_weekly_and_then_no_more(tmp_path: Path) -> None:
    with reading(tmp_path, comments=True, comments_days=30) as source:
        source.world.add_video(publish_at=source.clock() - 8 * DAY)
        source.read()
        looks = []
        for _ in range(30):
            source.clock.move(DAY)
            before = source.asked("commentThreads")
            source.read("comments")
            looks.append(source.asked("commentThreads") - before)
        assert sum(looks) == 3
        assert source.states["comments"] == {"looked": {}}


def test_reading_comments_goes_on_in_the_middle_of_a_video(tmp_path: Path) -> None:
    with reading(tmp_path, videos=1, comments=True) as source:
        video = source.world.shared.uploads[0]
        for _ in range(3):
            first = source.world.add_comment(video)
            for _ in range(8):
                source.world.add_comment(video, parent=first.id)
        source.read("channel")
        for _ in range(20):
            page = next(source.connector().pages("comments", source.states.get("comments", {})))
            source.take(page, "comments")
            if page.complete:
                break
        assert source.words() == source.world.truth()
        assert source.asked("comments") == 3, "the replies of no thread are asked for twice"


def test_comments_are_renewed_after_their_video_is_not_looked_at_any_more(tmp_path: Path) -> None:
    with reading(tmp_path, videos=1, comments=True, comments_days=1) as source:
        video = source.world.shared.uploads[0]
        kept, deleted = source.world.add_comment(video), source.world.add_comment(video)
        reply = source.world.add_comment(video, parent=kept.id)
        source.read()
        before = source.words()
        source.world.delete_comment(deleted.id)
        for _ in range(25 * 4):
            source.clock.move(timedelta(hours=6))
            source.read()
        assert source.words() == {one: text for one, text in before.items() if deleted.id not in one}
        assert {f"comment:{kept.id}", f"comment:{reply.id}", video} == source.ids()
        oldest = min(post.fetched_at for post in source.known.posts())
        assert source.clock() - oldest < 25 * DAY


def test_nothing_new_means_no_other_draft_of_a_comment(tmp_path: Path) -> None:
    with reading(tmp_path, videos=1, comments=True, comments_days=3_650) as source:
        first = source.world.add_comment(source.world.shared.uploads[0])
        source.world.add_comment(first.video, parent=first.id)
        source.read()
        before = {post.external_id: post for post in source.known.drafts}
        for _ in range(26):
            source.clock.move(DAY + HOUR)
            source.read()
        assert {post.external_id: post for post in source.known.drafts} == before

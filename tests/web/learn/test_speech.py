"""What is said in a recording, its chapters and its picture on a learner's page: only where the words may leave."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors._speech import speech_in, transcript_post
from gleanery.model.posts import PostKind
from tests.connectors.test_speech import SRT
from tests.courses import course_house, offered_items
from tests.gradebook import Gradebook
from tests.web.houses import Site, moved_in, post
from tests.web.learn.guests import Guest

CHAPTERS = "All about forks.\n\n0:00 Welcome\n1:05 The forks\n2:00 Questions"


@pytest.mark.parametrize("may_leave", [True, False])
def test_chapters_and_words_lead_into_the_player_where_they_may_be_shown(
    stage: Site, gradebook: Gradebook, tmp_path: Path, may_leave: bool
) -> None:
    video = post(
        0, kind=PostKind.VIDEO, url="https://www.youtube.com/watch?v=abcdefghijk", text=CHAPTERS,
        thumbnail="https://pictures.example.org/0.jpg",
    )  # fmt: skip
    said = speech_in(SRT)
    assert said is not None
    settings = {"posts": "posts.jsonl", "may_embed": True, "words_may_leave": may_leave}
    source = {"name": "forum", "connector": "drafts", "first_items": 10_000, "settings": settings}
    house = course_house(
        tmp_path / "house", gradebook, posts=[video, transcript_post(video, said)], sources=[source]
    )
    with moved_in(stage, house) as site:
        page = Guest(site, offered_items(site.house)[0]).first.text
    assert ('data-seek="65"' in page) is may_leave
    assert ("Check the forks first." in page) is may_leave
    assert 'src="/thumb/' in page
    assert "pictures.example.org" not in page

"""One record of the Posts API: words, links, kinds, what is left out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from connectors.linkedin.posts import read_post
from gleanery.model.posts import PostDraft, PostKind, Vanished
from tests.fakes.linkedin import PAGE

SHARE = "urn:li:share:6123513602981842944"


def post(**fields: Any) -> PostDraft:
    record = {
        "id": SHARE,
        "author": PAGE,
        "lifecycleState": "PUBLISHED",
        "createdAt": 1_697_218_367_678,
        **fields,
    }
    found = read_post(record, PAGE)
    assert isinstance(found, PostDraft)
    return found


def addresses(draft: PostDraft) -> list[str]:
    return [link.url for link in draft.links]


@pytest.mark.parametrize("urn", [SHARE, "urn:li:ugcPost:7118649787851124736"])
def test_both_kinds_of_urn_are_ids_as_they_are(urn: str) -> None:
    found = post(id=urn)
    assert (found.platform, found.realm, found.external_id) == ("linkedin", PAGE, urn)
    assert found.url == f"https://www.linkedin.com/feed/update/{urn}"


def test_times_are_those_of_publication_and_of_the_author_s_edit() -> None:
    plain = post(publishedAt=1_697_218_367_700, lastModifiedAt=1_697_218_367_732)
    assert plain.published_at == datetime(2023, 10, 13, 17, 32, 47, 700_000, tzinfo=UTC)
    assert plain.edited_at is None
    edited = post(lastModifiedAt=1_697_218_400_000, lifecycleStateInfo={"isEditedByAuthor": True})
    assert edited.edited_at == datetime(2023, 10, 13, 17, 33, 20, tzinfo=UTC)


def test_who_of_the_staff_wrote_it_is_not_kept() -> None:
    actor = "urn:li:person:SECRET"
    found = post(createdActor=actor, lastModifiedActor=actor, commentary="New crane")
    assert actor not in found.model_dump_json()
    assert found.author is not None
    assert (found.author.external_id, found.author.name) == (PAGE, "")


def test_an_article_is_a_link_with_what_its_page_says_of_itself() -> None:
    article = {
        "source": "https://example.org/chart",
        "title": "Load charts",
        "description": "How to read",
        "thumbnail": "urn:li:image:1",
    }
    found = post(commentary="Read this: https://example.org/a\\_b.", content={"article": article})
    assert addresses(found) == ["https://example.org/a_b", "https://example.org/chart"]
    assert (found.links[1].title, found.links[1].summary) == ("Load charts", "How to read")
    assert found.kind is PostKind.MESSAGE


@pytest.mark.parametrize(
    ("media", "kind"),
    [("video", PostKind.VIDEO), ("document", PostKind.ARTICLE), ("image", PostKind.MESSAGE)],
)
def test_a_video_or_a_document_is_the_post_s_own_thing(media: str, kind: PostKind) -> None:
    found = post(
        content={"media": {"id": f"urn:li:{media}:D4E10A", "title": "First  lift", "altText": "a crane"}}
    )
    assert (found.kind, found.title) == (kind, "First lift")


def test_a_poll_s_question_and_answers_are_words_of_the_post() -> None:
    poll = {"question": "Which sling?", "options": [{"text": "Chain", "voteCount": 3}, {"text": "Rope"}]}
    found = post(commentary="Tell us", content={"poll": poll})
    assert found.text == "Tell us\n\nWhich sling?\n- Chain\n- Rope"
    assert found.title == "Which sling?"


def test_a_carousel_a_reference_and_several_images_are_read() -> None:
    cards = [{"landingPage": "https://example.org/1", "media": {"id": "urn:li:image:1", "title": "One"}}]
    assert [(link.url, link.title) for link in post(content={"carousel": {"cards": cards}}).links] == [
        ("https://example.org/1", "One")
    ]
    assert addresses(post(content={"reference": {"id": "urn:li:ugcPost:17"}})) == [
        "https://www.linkedin.com/feed/update/urn:li:ugcPost:17"
    ]
    images = {"images": [{"id": "urn:li:image:1", "altText": "a"}, {"id": "urn:li:image:2", "altText": "b"}]}
    assert post(content={"multiImage": images}, commentary="Two").text == "Two"


def test_a_post_that_shares_another_is_shared_and_links_it() -> None:
    found = post(commentary="Worth it", reshareContext={"parent": "urn:li:share:9", "root": "urn:li:share:8"})
    assert found.act == "shared"
    assert addresses(found) == ["https://www.linkedin.com/feed/update/urn:li:share:9"]


@pytest.mark.parametrize("state", ["DRAFT", "PUBLISH_REQUESTED", "PUBLISH_FAILED"])
def test_what_is_not_published_does_not_stand(state: str) -> None:
    found = read_post({"id": SHARE, "lifecycleState": state, "commentary": "not yet"}, PAGE)
    assert found == Vanished(platform="linkedin", realm=PAGE, external_id=SHARE)


def test_advertisements_are_left_out() -> None:
    assert read_post({"id": SHARE, "adContext": {"isDsc": True}, "lifecycleState": "PUBLISHED"}, PAGE) is None
    assert isinstance(read_post({"id": SHARE, "adContext": {"isDsc": False}}, PAGE), PostDraft)


@pytest.mark.parametrize("record", [{}, {"id": None}, {"id": "urn:li:person:1"}, {"id": 7}])
def test_a_record_without_a_post_s_urn_is_refused(record: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no URN"):
        read_post(record, PAGE)


def test_odd_values_and_fields_nobody_knows_do_no_harm() -> None:
    odd = {"content": {"poll": {"options": "x"}, "carousel": {"cards": 3}, "article": []}, "commentary": None}
    found = post(**odd, createdAt="yesterday", publishedAt=True, adContext=None, celebration={"new": [1]})
    assert (found.text, found.links, found.published_at) == ("", (), None)

"""Recorded posts of two real pages (words replaced there), as columns: each goes through the connector."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest

from connectors.linkedin.api import millis
from connectors.linkedin.posts import last_change, read_post
from gleanery.model.posts import PostDraft, PostKind
from tests.conftest import shared_data

FOLDER = "recordings/linkedin-fivetran-seeds"
Row = Mapping[str, str]

# Where a column of the recordings stands in a record of the Posts API. None: not of the platform.
HISTORY: dict[str, str | None] = {
    "_fivetran_synced": None,
    "author": "author",
    "commentary": "commentary",
    "container_entity": "container",
    "created_actor": "createdActor",
    "created_time": "createdAt",
    "distribution_external_distribution_channels": "distribution.thirdPartyDistributionChannels",
    "distribution_feed_distribution": "distribution.feedDistribution",
    "first_published_at": "publishedAt",
    "id": "id",
    "last_modified_actor": "lastModifiedActor",
    "last_modified_time": "lastModifiedAt",
    "lifecycle_state": "lifecycleState",
    "response_context_parent": "reshareContext.parent",
    "response_context_root": "reshareContext.root",
    "visibility": "visibility",
}
CONTENT: dict[str, str | None] = {
    "_fivetran_synced": None,
    "_fivetran_id": None,
    "post_id": "id",
    "article_description": "content.article.description",
    "article_source": "content.article.source",
    "article_thumbnail": "content.article.thumbnail",
    "article_thumbnail_alt_text": "content.article.thumbnailAltText",
    "article_title": "content.article.title",
    "carousel_id": "content.carousel.id",
    "media_alt_text": "content.media.altText",
    "media_id": "content.media.id",
    "media_title": "content.media.title",
    "multi_image_alt_text": "content.multiImage.altText",
    "poll_question": "content.poll.question",
    "poll_settings_duration": "content.poll.settings.duration",
    "poll_settings_is_voter_visible_to_author": "content.poll.settings.isVoterVisibleToAuthor",
    "poll_settings_vote_selection_type": "content.poll.settings.voteSelectionType",
    "poll_unique_voters_count": "content.poll.uniqueVotersCount",
    "type": None,
}
LEFT_OUT = {
    "createdAt": "read where there is no publishedAt",
    "author": "the page is known: it was asked for",
    "container": "a group or an event; the post stands without it",
    "createdActor": "which of the staff wrote it is not kept",
    "lastModifiedActor": "nor who changed it",
    "distribution": "where LinkedIn shows it says nothing of its content",
    "visibility": "all posts of a page are for all members at least",
    "reshareContext.root": "the parent is linked, which links its own",
    "content.article.thumbnail": "no picture is kept",
    "content.article.thumbnailAltText": "nor what it shows",
    "content.carousel.id": "the cards are read",
    "content.media.altText": "what a picture shows",
    "content.multiImage": "pictures",
    "content.poll.settings": "how long one could vote",
    "content.poll.uniqueVotersCount": "how many did",
}
TIMES = ("createdAt", "publishedAt", "lastModifiedAt")


def rows(name: str) -> list[Row]:
    path = shared_data(f"{FOLDER}/{name}")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def record_of(row: Row, columns: Mapping[str, str | None]) -> dict[str, Any]:
    """The row as the API gives it; a column that nobody has mapped raises KeyError."""
    record: dict[str, Any] = {}
    for column, value in row.items():
        path = columns[column]
        if path is None or value == "":
            continue
        *outer, last = path.split(".")
        at = record
        for key in outer:
            at = at.setdefault(key, {})
        at[last] = _time(value) if path in TIMES else value
    return record


def _time(value: str) -> int:
    return millis(datetime.fromisoformat(value.replace(" UTC", "+00:00")))


class Noting(dict[str, Any]):
    """An object that notes in `unread` which of its fields nobody looks at."""

    def __init__(self, values: Mapping[str, Any], path: str, unread: set[str]) -> None:
        self._path, self._unread = path, unread
        inner = {
            key: Noting(one, f"{path}{key}.", unread) if isinstance(one, dict) else one
            for key, one in values.items()
        }
        super().__init__(inner)
        unread.update(f"{path}{key}" for key in values)

    def get(self, key: str, default: Any = None) -> Any:
        self._unread.discard(f"{self._path}{key}")
        return super().get(key, default)


def unread_of(record: dict[str, Any]) -> set[str]:
    unread: set[str] = set()
    noting = Noting(record, "", unread)
    read_post(noting, "urn:li:organization:1")
    last_change(noting)
    return {one for one in unread if not any(one.startswith(f"{other}.") for other in unread)}


def test_every_recorded_post_is_read_and_no_field_is_left_unread_by_oversight() -> None:
    recorded = rows("linkedin_pages_ugc_post_history_data.csv")
    assert len(recorded) == 75
    for row in recorded:
        record = record_of(row, HISTORY)
        post = read_post(record, record["author"])
        assert isinstance(post, PostDraft)
        assert (post.external_id, post.realm, post.text) == (row["id"], row["author"], row["commentary"])
        assert post.published_at is not None
        assert millis(post.published_at) == record["publishedAt"]
        assert unread_of(record) <= set(LEFT_OUT)


def test_every_recorded_content_is_read_and_no_field_is_left_unread_by_oversight() -> None:
    recorded = rows("linkedin_pages_post_content_data.csv")
    assert len(recorded) == 50
    kinds: list[PostKind] = []
    for row in recorded:
        record = record_of(row, CONTENT)
        post = read_post(record, "urn:li:organization:1")
        assert isinstance(post, PostDraft)
        assert post.external_id == row["post_id"]
        assert post.title == (row["media_title"] or row["poll_question"])
        assert row["poll_question"] in post.text
        assert unread_of(record) <= set(LEFT_OUT)
        kinds.append(post.kind)
    expected = [row["media_id"].startswith("urn:li:video:") for row in recorded]
    assert [kind is PostKind.VIDEO for kind in kinds] == expected


@pytest.mark.parametrize(
    ("name", "urn"),
    [
        ("linkedin_pages_organization_ugc_post_data.csv", lambda row: row["ugc_post_id"]),
        ("linkedin_pages_share_statistic_data.csv", lambda row: row["_share_entity_urn"]),
        (
            "linkedin_pages_ugc_post_share_statistic_data.csv",
            lambda row: f"urn:li:share:{row['ugc_post_id']}",
        ),
    ],
)
def test_every_recorded_urn_is_an_id_of_a_post(name: str, urn: Callable[[Row], str]) -> None:
    recorded = [urn(row) for row in rows(name)]
    assert recorded
    for one in filter(None, recorded):
        post = read_post(
            {"id": one if one.startswith("urn:") else f"urn:li:share:{one}"}, "urn:li:organization:1"
        )
        assert isinstance(post, PostDraft)


def test_recorded_pages_are_numbers_as_the_settings_take_them() -> None:
    from connectors.linkedin.settings import LinkedInSettings

    numbers = [row["id"] for row in rows("linkedin_pages_organization_data.csv")]
    settings = LinkedInSettings.model_validate({"authors": numbers, "token": "not looked at"})
    assert settings.authors == tuple(f"urn:li:organization:{number}" for number in numbers)

"""What Discourse really answers, and what its contract says: nothing unhandled, nothing asked that is not offered."""

from __future__ import annotations

import json
import random
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

from connectors.discourse import Discourse, DiscourseSettings
from gleanery.testing import Clock
from tests.conftest import shared_data
from tests.connectors.noting import NotingHttp
from tests.connectors.reader import Reader
from tests.connectors.replay import Replay, properties_of
from tests.fakes.discourse import DiscourseWorld

RECORDINGS = "recordings/discourse-api-gem-fixtures"
LISTS = ("latest", "category_latest_topics", "category_topics", "hot", "new", "top")

LEFT = {
    "counts and marks of the forum's own pages": "posts_count reply_count highest_post_number views like_count score"
    " quote_count incoming_link_count reads avg_time trust_level has_summary has_best_of",
    "rights and settings of the account that asks": "can_create_topic can_edit can_delete can_recover can_wiki"
    " can_view_edit_history draft draft_key draft_sequence unseen yours starred unpinned unread"
    " new_posts last_read_post_number bumped",
    "how it is shown": "avatar_template fancy_title image_url primary_group_name primary_group_flair_url"
    " primary_group_flair_bg_color primary_group_flair_color topic_html_title display_username excerpt"
    " topic_slug user_title wiki moderator admin staff visible closed archived",
    "who else is in it: nobody's activity but the author's is read": "users posters last_poster_username"
    " actions_summary",
    "read only where it matters: of an edited post, of a topic older than what is wanted": "updated_at pinned",
    "told otherwise": "raw topic_title last_posted_at archetype more_topics_url edit_reason title slug topic_id"
    " category_id created_at",
}
"""Fields that are left unread, by the reason. `title` and others of lists are read where the topic itself is."""


def recorded(name: str) -> Any:
    return json.loads((shared_data(RECORDINGS) / f"{name}.json").read_text())


def test_every_recorded_list_and_post_is_read_without_an_unhandled_field(tmp_path: Path) -> None:
    posts = recorded("posts_latest")["latest_posts"] + recorded("posts_before")["latest_posts"]
    topics: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for post in posts:
        topics[post["topic_id"]].append(post)
    answers: dict[str, Any] = {}
    for topic_id, some in topics.items():
        stream = {"posts": some, "stream": [post["id"] for post in some]}
        body = {"title": some[0]["topic_title"], "category_id": 1, "post_stream": stream}
        answers[f"/t/{topic_id}.json"] = lambda _, body=body: body
    listed = [{"id": number, "bumped_at": "2020-01-25T02:10:07.971Z"} for number in topics]
    for name in LISTS:
        answers[f"/tag/{name}.json"] = lambda asked, name=name: _page(asked, recorded(name))
    answers["/latest.json"] = lambda asked: _page(asked, {"topic_list": {"topics": listed}})
    with Replay(answers) as forum:
        http = NotingHttp(forum.host)
        for tags in ((), LISTS):
            settings = DiscourseSettings(base_url=forum.url, tags=tags, first_days=36_500)
            reader = Reader(lambda ctx, s=settings: Discourse(s, ctx), forum, Clock(), tmp_path, http)  # type: ignore[misc]
            pages = reader.read()
            assert not [fault for page in pages for fault in page.faults]
            assert not reader.errors
            assert tags or len(reader.known.drafts) == len({post["id"] for post in posts})
    left = set(" ".join(LEFT.values()).split())
    assert {name.strip() for name in http.notes.unread} == left


def _page(asked: Any, body: dict[str, Any]) -> dict[str, Any]:
    return body if asked.query["page"] == "0" else {"topic_list": {"topics": []}}


def test_what_is_asked_is_what_the_contract_offers_and_what_is_read_it_knows(
    tmp_path: Path,
) -> None:
    contract = json.loads(shared_data("contracts/discourse/openapi.json").read_text())
    undocumented = {
        "page": "how a list goes on: more_topics_url of the recorded lists",
        "order": "offered for /latest.json, taken by every list",
        "/posts/by_number/": "pydiscourse and discourse_api call it; the contract has only /posts/{id}.json",
    }
    clock = Clock()
    with DiscourseWorld(clock) as world:
        rng = random.Random(1)
        for _ in range(200):
            world.change(rng)
        settings = DiscourseSettings(base_url=world.url, categories=["welding/7"], tags=["tig"])
        reader = Reader(lambda ctx: Discourse(settings, ctx), world, clock, tmp_path)
        for pause in world.rest(clock):
            clock.move(pause)
            reader.read()
        offered = {
            re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)): {
                one["name"] for one in methods["get"].get("parameters", ())
            }
            for path, methods in contract["paths"].items()
            if "get" in methods
        }
        assert world.asked
        for asked in world.asked:
            fitting = [names for pattern, names in offered.items() if re.fullmatch(pattern, asked.path)]
            assert fitting or "/posts/by_number/" in asked.path, asked.path
            extra = set(asked.query) - set().union(*fitting) - set(undocumented) - {"post_ids[]"}
            assert not extra, f"{asked.path} has no {extra}"
    told = properties_of(contract["paths"]["/t/{id}.json"]) | properties_of(contract["paths"]["/latest.json"])
    read = {
        "cooked",
        "updated_at",
        "version",
        "post_number",
        "post_type",
        "reply_to_post_number",
        "user_id",
        "hidden",
    }
    read |= {
        "deleted_at",
        "user_deleted",
        "bumped_at",
        "pinned",
        "per_page",
        "stream",
        "featured_link",
        "category_id",
    }
    assert read <= told

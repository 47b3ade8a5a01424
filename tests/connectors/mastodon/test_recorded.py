"""What Mastodon really answers, and what its contract says: nothing unhandled, nothing asked that is not offered."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from connectors.mastodon import Mastodon, MastodonSettings
from gleanery.testing import Clock
from tests.conftest import shared_data
from tests.connectors.noting import NotingHttp
from tests.connectors.reader import Reader
from tests.connectors.replay import Replay, found_in
from tests.fakes.mastodon import MastodonWorld

LEFT = {
    "counts": "replies_count reblogs_count favourites_count quotes_count",
    "about the account that asks": "favourited reblogged muted bookmarked pinned filtered quote_approval",
    "how it is shown": "sensitive emojis application media_attachments poll",
    "people who did not write it": "mentions in_reply_to_account_id",
    "collections of accounts, not of statuses": "tagged_collections",
    "the account beyond its name": "id locked discoverable indexable group created_at note uri avatar avatar_static"
    " avatar_description header header_static header_description followers_count following_count statuses_count"
    " last_status_at hide_collections show_media show_media_replies show_featured noindex feature_approval roles"
    " fields",
    "only of a boost, which names its own": "content account created_at edited_at in_reply_to_id language tags"
    " spoiler_text card quote uri url reblog",
    "how a quote or a card looks": "state type author_name author_url authors provider_name provider_url html width"
    " height image_description embed_url blurhash published_at missing_attribution visibility",
}
"""Fields that are left unread, by the reason; some of them are read in other places."""


def recorded_statuses() -> list[dict[str, Any]]:
    """Every status in the recordings, by whatever request it came."""
    statuses: dict[str, dict[str, Any]] = {}
    for path in sorted(shared_data("recordings/mastodon-py-cassettes").glob("*.yaml")):
        for exchange in YAML(typ="safe", pure=False).load(path.read_text("utf-8"))["interactions"]:
            text = exchange["response"]["body"]["string"]
            body = json.loads(text) if text.startswith(("{", "[")) else None
            for one in found_in(
                body, lambda part: "visibility" in part and "content" in part and "account" in part
            ):
                statuses[one["id"]] = {**one, "visibility": "public"}  # the recorded ones are mostly unlisted
    return list(statuses.values())


def test_every_recorded_status_is_read_without_an_unhandled_field(tmp_path: Path) -> None:
    statuses = recorded_statuses()
    assert len(statuses) > 40
    server = Replay(
        {"/api/v1/timelines/tag/all": lambda asked: statuses if "max_id" not in asked.query else []}
    )
    with server:
        settings = MastodonSettings(base_url=server.url, tags=["all"], first_days=36_500)
        http = NotingHttp(server.host)
        reader = Reader(lambda ctx: Mastodon(settings, ctx), server, Clock(), tmp_path, http)
        pages = reader.read()
    assert not [fault for page in pages for fault in page.faults]
    assert not reader.errors
    assert {post.external_id for post in reader.known.drafts} <= {one["id"] for one in statuses}
    assert len(reader.known.drafts) > 40
    left = set(" ".join(LEFT.values()).split())
    assert http.notes.unread == left


def test_what_is_asked_is_what_the_contract_offers_and_what_is_read_it_knows(tmp_path: Path) -> None:
    contract = json.loads(shared_data("contracts/mastodon/schema.json").read_text())
    offered = {
        re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)): methods["get"]
        for path, methods in contract["paths"].items()
        if "get" in methods
    }
    clock = Clock()
    with MastodonWorld(clock) as world:
        rng = random.Random(1)
        settings = MastodonSettings(**world.settings(), boosts=True)
        reader = Reader(lambda ctx: Mastodon(settings, ctx), world, clock, tmp_path)
        for _ in range(4):
            for _ in range(100):
                world.change(rng)
            reader.read()
            clock.move(world.rest(clock)[1])
        assert len({re.sub(r"\d+", "", asked.path) for asked in world.asked}) == 4
        for asked in world.asked:
            fitting = [one for pattern, one in offered.items() if re.fullmatch(pattern, asked.path)]
            assert fitting, asked.path
            names = {one["name"]: one["schema"] for method in fitting for one in method.get("parameters", ())}
            assert {name.removesuffix("[]") for name in asked.query} <= set(names), asked.path
            assert int(asked.query.get("limit", "20")) <= 40
    status = contract["components"]["schemas"]["Status"]["properties"]
    assert {"spoiler_text", "content", "reblog", "card", "quote", "edited_at", "in_reply_to_id"} <= set(
        status
    )

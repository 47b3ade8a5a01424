"""What Bluesky really answers, and what its lexicons say: nothing unhandled, nothing asked that is not offered."""

from __future__ import annotations

import json
import random
from pathlib import Path

from connectors.bluesky import Bluesky, BlueskySettings
from gleanery.testing import Clock
from tests.conftest import shared_data
from tests.connectors.noting import NotingHttp
from tests.connectors.reader import Reader
from tests.connectors.replay import Replay
from tests.fakes.bluesky import BlueskyWorld

RECORDINGS = "recordings/bluesky-atproto-testdata"
LEFT = {
    "counts": "likeCount replyCount repostCount",
    "about the account that asks": "viewer",
    "how it is shown": "avatar associated images",
    "the post in another form, of which the record is the author's own": "cid $type embed createdAt",
    "read of the post's own address, or where there is no other name": "did handle",
}
"""Fields that are left unread, by the reason; `createdAt` is that of the account, the embed's own is read."""


def test_the_recorded_post_is_read_without_an_unhandled_field(tmp_path: Path) -> None:
    thread = json.loads((shared_data(RECORDINGS) / "thread_view_post_with_embed_media.json").read_text())[
        "thread"
    ]
    server = Replay({"/xrpc/app.bsky.feed.getAuthorFeed": lambda _: {"feed": [{"post": thread["post"]}]}})
    with server:
        settings = BlueskySettings(base_url=server.url, accounts=["test.marshal.dev"], first_days=36_500)
        http = NotingHttp(server.host)
        reader = Reader(lambda ctx: Bluesky(settings, ctx), server, Clock(), tmp_path, http)
        pages = reader.read()
    assert not [fault for page in pages for fault in page.faults]
    (post,) = reader.known.drafts
    account = "did:plc:kvwvcn5iqfooopmyzvb4qzba"
    assert (post.external_id, post.language) == (f"{account}/3kaheyt6vpc22", "en")
    assert post.author is not None
    assert (post.author.external_id, post.author.name) == (account, "Python SDK")
    assert [link.url for link in post.links] == [f"https://bsky.app/profile/{account}/post/3kahesw26il2z"]
    assert http.notes.unread == set(" ".join(LEFT.values()).split())


def test_recorded_records_that_are_no_posts_are_faults_of_their_own(tmp_path: Path) -> None:
    names = ("did_doc", "like_record", "extended_like_record")
    records = [json.loads((shared_data(RECORDINGS) / f"{name}.json").read_text()) for name in names]
    server = Replay(
        {"/xrpc/app.bsky.feed.getAuthorFeed": lambda _: {"feed": [{"post": one} for one in records]}}
    )
    with server:
        settings = BlueskySettings(base_url=server.url, accounts=["test.marshal.dev"], first_days=36_500)
        reader = Reader(lambda ctx: Bluesky(settings, ctx), server, Clock(), tmp_path)
        pages = reader.read()
    assert len([fault for page in pages for fault in page.faults]) == 3
    assert reader.known.drafts == []


def test_what_is_asked_is_what_the_lexicons_offer(tmp_path: Path) -> None:
    lexicons = shared_data("contracts/bluesky")
    clock = Clock()
    with BlueskyWorld(clock) as world:
        rng = random.Random(1)
        settings = BlueskySettings(**world.settings())
        reader = Reader(lambda ctx: Bluesky(settings, ctx), world, clock, tmp_path)
        for _ in range(4):
            for _ in range(150):
                world.change(rng)
            reader.read()
            clock.move(world.rest(clock)[1])
        methods = {asked.path.removeprefix("/xrpc/") for asked in world.asked}
        assert len(methods) == 4
        for asked in world.asked:
            name = asked.path.removeprefix("/xrpc/")
            lexicon = json.loads((lexicons / f"{name.replace('.', '/')}.json").read_text())
            offered = lexicon["defs"]["main"]["parameters"]
            assert set(asked.query) <= set(offered["properties"]), name
            assert set(offered["required"]) <= set(asked.query), name
            assert int(asked.query.get("limit", "1")) <= offered["properties"].get("limit", {}).get(
                "maximum", 1
            )
            assert len(asked.values("uris")) <= 25

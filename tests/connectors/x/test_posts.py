"""What a record of X becomes, in whichever words it came."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from connectors.x.ids import id_in
from connectors.x.posts import newer_version, read_post, versions_of
from connectors.x.words import in_post_words, normal
from gleanery.model.posts import PostDraft
from gleanery.testing import Clock, Reply
from tests.conftest import shared_data
from tests.connectors.x.conftest import ReaderOf
from tests.fakes.x import CURATOR, LEARNER, XWorld

TWEET = {
    "id": "1346889436626259968",
    "author_id": "2244994945",
    "created_at": "2021-01-06T18:40:40.000Z",
    "text": "Grease &amp; oil: https://t.co/aaaaaaaaaa https://t.co/bbbbbbbbbb #Cranes",
    "lang": "en",
    "edit_history_tweet_ids": ["1346889436626259968"],
    "entities": {
        "urls": [
            {
                "url": "https://t.co/aaaaaaaaaa",
                "expanded_url": "https://docs.example.org/oil?a=1&lt=2",
                "title": "On &amp; oil",
                "description": "All of it",
            },
            {
                "url": "https://t.co/bbbbbbbbbb",
                "expanded_url": "https://twitter.com/curator/status/1346889436626259968/photo/1",
                "media_key": "3_1",
            },
        ],
        "hashtags": [{"start": 1, "end": 2, "tag": "Cranes"}],
    },
}
USERS = {"2244994945": {"id": "2244994945", "name": "Curator", "username": "curator"}}

LEFT_UNREAD = {
    "attachments": "pictures and polls are seen at X",
    "context_annotations": "X's own guess of topics; ours are made by the steps",
    "conversation_id": "the parent is what a post answers",
    "display_text_range": "the text is shown whole",
    "edit_controls": "thirty minutes for everybody",
    "geo": "places are not to be gathered (X's policy)",
    "in_reply_to_user_id": "the parent tells it",
    "non_public_metrics": "how often it was seen says nothing of what it says",
    "organic_metrics": "as above",
    "possibly_sensitive": "the steps judge the words",
    "promoted_metrics": "as above",
    "public_metrics": "as above",
    "reply_settings": "who may answer there",
    "scopes": "who follows whom",
    "source": "the app it was written with",
    "suggested_source_links": "X's suggestions, not the author's links",
    "suggested_source_links_with_counts": "as above",
    "username": "the author's, told with the users",
    "withheld": "what is withheld here is not given here",
    "referenced_posts.attachments": "as above",
    "entities.annotations": "X's guess of names",
    "entities.cashtags": "marks of shares, which teach nothing",
    "entities.mentions": "the handles stand in the text",
    "note_post.entities.cashtags": "as above",
    "note_post.entities.mentions": "as above",
    "entities.urls.start": "addresses are found by their words",
    "entities.urls.end": "as above",
    "entities.urls.display_url": "the whole address is shown",
    "entities.urls.images": "pictures are seen at X",
    "entities.urls.status": "whether X could open it",
    "entities.hashtags.start": "as above",
    "entities.hashtags.end": "as above",
    "note_post.entities.urls.start": "as above",
    "note_post.entities.urls.end": "as above",
    "note_post.entities.urls.display_url": "as above",
    "note_post.entities.urls.images": "as above",
    "note_post.entities.urls.status": "as above",
    "note_post.entities.hashtags.start": "as above",
    "note_post.entities.hashtags.end": "as above",
}


def draft(**changes: Any) -> PostDraft:
    record = normal({"data": {**TWEET, **changes}}).posts[0]
    return read_post(record, USERS)


def test_a_post_reads_as_a_person_sees_it() -> None:
    post = draft()
    assert (post.platform, post.realm, post.external_id) == ("x", "x.com", "1346889436626259968")
    assert post.url == "https://x.com/i/web/status/1346889436626259968"
    assert post.text == "Grease & oil: https://docs.example.org/oil?a=1&lt=2 #Cranes"
    assert [(link.url, link.title, link.summary) for link in post.links] == [
        ("https://docs.example.org/oil?a=1&lt=2", "On & oil", "All of it")
    ]
    assert (post.tags, post.language, post.act, post.parent_external_id) == (("Cranes",), "en", None, None)
    assert post.author is not None
    assert (post.author.external_id, post.author.name) == ("2244994945", "Curator (@curator)")
    assert post.published_at == datetime(2021, 1, 6, 18, 40, 40, tzinfo=UTC)


def test_an_edited_chain_is_known_by_its_first_id_and_dated_by_it() -> None:
    first, second = "1346889436626259968", "1346890000000000000"
    post = draft(id=second, edit_history_tweet_ids=[first, second], created_at="2021-01-06T18:50:00.000Z")
    assert post.external_id == first
    assert post.published_at is not None
    assert post.published_at.isoformat(timespec="seconds") == "2021-01-06T18:40:40+00:00"
    assert post.edited_at == datetime(2021, 1, 6, 18, 50, tzinfo=UTC)


def test_an_older_version_knows_what_replaced_it() -> None:
    record = normal(
        {"data": {**TWEET, "edit_history_tweet_ids": [TWEET["id"], "1346890000000000000"]}}
    ).posts[0]
    assert newer_version(record) == "1346890000000000000"
    assert newer_version(normal({"data": TWEET}).posts[0]) is None


def test_a_long_post_has_the_words_and_links_of_its_note() -> None:
    note = {
        "text": "All of the words, https://t.co/cccccccccc",
        "entities": {
            "urls": [{"url": "https://t.co/cccccccccc", "expanded_url": "https://docs.example.org/c"}]
        },
    }
    post = draft(note_tweet=note, text="All of the…")
    assert post.text == "All of the words, https://docs.example.org/c"
    assert post.links[0].url == "https://docs.example.org/c"


@pytest.mark.parametrize(
    ("references", "act", "parent"),
    [
        ([("replied_to", "7")], "replied", "7"),
        ([("quoted", "8")], "shared", "8"),
        ([("retweeted", "9")], "shared", "9"),
        ([("quoted", "8"), ("replied_to", "7")], "replied", "7"),
    ],
)
def test_replies_quotes_and_reposts_say_what_they_are(
    references: list[tuple[str, str]], act: str, parent: str
) -> None:
    post = draft(referenced_tweets=[{"type": kind, "id": one} for kind, one in references])
    assert (post.act, post.parent_external_id) == (act, parent)
    quoted = [one for kind, one in references if kind == "quoted"]
    assert [link.url for link in post.links][1:] == [f"https://x.com/i/web/status/{one}" for one in quoted]


def test_codes_for_no_language_are_none() -> None:
    assert {draft(lang=code).language for code in ("und", "zxx", "qme", "qst", None)} == {None}
    assert draft(lang="pt").language == "pt"


def test_a_record_without_an_id_is_refused_and_missing_fields_are_tolerated() -> None:
    with pytest.raises(ValueError, match="no proper `id`"):
        read_post({"text": "x"}, {})
    bare = read_post({"id": "20", "text": "x"}, {})
    assert (bare.author, bare.published_at, bare.language) == (None, None, None)


@pytest.mark.parametrize(
    "address",
    [
        "https://x.com/curator/status/20",
        "https://twitter.com/curator/status/20?s=20",
        "https://x.com/i/web/status/20",
        "20",
    ],
)
def test_a_post_may_be_given_by_any_of_its_addresses(address: str) -> None:
    assert id_in(address) == "20"
    assert id_in("https://example.org/status/20") is None


def test_a_request_in_post_words_keeps_the_words_of_its_query() -> None:
    turned = in_post_words(
        "https://api.x.com/2/tweets/search/recent?query=note_tweet+referenced_tweets"
        "&tweet.fields=note_tweet%2Cedit_history_tweet_ids%2Creferenced_tweets&expansions=referenced_tweets.id"
    )
    assert turned == (
        "https://api.x.com/2/tweets/search/recent?query=note_tweet+referenced_tweets"
        "&post.fields=note_post%2Cedit_history_post_ids%2Creferenced_posts&expansions=referenced_posts.id"
    )


def busy(world: XWorld) -> None:
    """All kinds of posts."""
    post = world.post(
        CURATOR,
        "Use grease 2, https://t.co/0000000001",
        links={"https://t.co/0000000001": "https://docs.example.org/a"},
    )
    world.edit(post, "Use grease 3, https://t.co/0000000001")
    long = world.post(LEARNER, "A long story" + " and so on" * 60)
    world.repost(CURATOR, long)
    world.post(CURATOR, "I agree", references=[{"type": "replied_to", "id": post.id}])
    world.post(CURATOR, "See this", references=[{"type": "quoted", "id": long.id}])


def test_both_vocabularies_give_identical_posts(reader_of: ReaderOf) -> None:
    found = []
    for vocabulary in ("tweet", "post"):
        with XWorld(Clock(), vocabulary) as world:
            busy(world)
            reader = reader_of(world, users=[CURATOR], queries=["grease"])
            reader.read()
            assert not reader.errors
            truth = world.truth()
            assert all(truth[one] == text for one, text in reader.texts.items())
            found.append(sorted(reader.known.drafts, key=lambda one: one.external_id))
            in_vain = [one for one in world.asked if ("tweet.fields" in one.query) != (vocabulary == "tweet")]
            assert len([one for one in in_vain if "expansions" in one.query]) == (vocabulary == "post")
    assert found[0] == found[1]
    assert len(found[0]) == 4


def test_the_words_x_takes_are_remembered(reader_of: ReaderOf) -> None:
    with XWorld(Clock(), "post") as world:
        world.post(CURATOR)
        reader = reader_of(world, users=[CURATOR])
        reader.read()
        world.asked.clear()
        reader.read()
        assert world.asked
        assert not any("tweet.fields" in one.query for one in world.asked)
        world.vocabulary = "tweet"
        reader.read()
        assert not reader.errors, "X may turn back"


def test_a_vocabulary_that_is_set_is_kept_to(reader_of: ReaderOf) -> None:
    with XWorld(Clock(), "post") as world:
        reader = reader_of(world, users=[CURATOR], vocabulary="tweet")
        reader.read()
        assert "tweet.fields" in str(reader.errors[f"user:{CURATOR}"])
        assert len(world.asked) == 1


def test_a_repost_has_all_the_words_of_its_original(world: XWorld, reader_of: ReaderOf, clock: Clock) -> None:
    long = world.post(LEARNER, "A long story" + " and so on" * 60)
    repost = world.repost(CURATOR, long)
    reader = reader_of(world, users=[CURATOR])
    reader.read()
    assert reader.texts == {repost.id: f"RT @learner: {long.last[2]}"}
    clock.move(timedelta(minutes=31))
    reader.read()
    assert reader.texts == {repost.id: f"RT @learner: {long.last[2]}"}, "looked up again, it is the same"


def test_broken_records_are_faults_and_the_others_are_read(world: XWorld, reader_of: ReaderOf) -> None:
    good = {"id": "1346889436626259968", "text": "good", "strange": {"new": 1}}
    body = {
        "data": [{"text": "no id"}, {**good, "id": "21", "created_at": "yesterday"}, good],
        "meta": {"result_count": 3},
    }
    world.interrupt(Reply(body=body))
    reader = reader_of(world, users=[CURATOR])
    page = next(iter(reader.connector().pages(f"user:{CURATOR}", {})))
    assert [post.text for post in page.posts] == ["good"]
    assert sorted(fault.where for fault in page.faults) == ["21", "a post"]


# --------------------------------------------------------------------------- recordings


def _bodies(folder: Path) -> Iterator[Any]:
    """Every answer in a folder of recordings: bare bodies, the playground's examples, cassettes."""
    for path in sorted(folder.rglob("*.json")):
        found = json.loads(path.read_bytes())
        examples = found if isinstance(found, list) else [found]
        yield from (one.get("response", one) for one in examples if isinstance(one, dict))
    for path in sorted(folder.rglob("*.yaml")):
        for exchange in YAML(typ="safe").load(path.read_text())["interactions"]:
            raw = exchange["response"]["body"]["string"]
            yield json.loads(gzip.decompress(raw) if isinstance(raw, bytes) else raw)


def _records(body: Any) -> Iterator[Mapping[str, Any]]:
    """What is a post in an answer: it has a text and is no account, message or job."""
    if not isinstance(body, dict):
        return
    data, includes = body.get("data"), body.get("includes")
    listed = data if isinstance(data, list) else [data]
    more = includes.get("tweets", []) if isinstance(includes, dict) else []
    for one in [*listed, *more]:
        if isinstance(one, dict) and "text" in one and "event_type" not in one and "sender_id" not in one:
            yield one


def _without(value: Any, *names: str) -> Any:
    """The playground fills in everything: each address is a picture's, each post is a long one."""
    if isinstance(value, list):
        return [_without(one, *names) for one in value]
    if isinstance(value, dict):
        return {key: _without(one, *names) for key, one in value.items() if key not in names}
    return value


class Noting(dict[str, Any]):
    """An object that notes, as paths without indexes, which fields there were and which were looked at."""

    def __init__(self, values: Mapping[str, Any], had: set[str], read: set[str], path: str = "") -> None:
        super().__init__({key: self._inner(one, had, read, f"{path}{key}.") for key, one in values.items()})
        self._read, self._path = read, path
        had.update(f"{path}{key}" for key in values)

    def _inner(self, value: Any, had: set[str], read: set[str], path: str) -> Any:
        if isinstance(value, list):
            return [self._inner(one, had, read, path) for one in value]
        return Noting(value, had, read, path) if isinstance(value, dict) else value

    def __getitem__(self, key: str) -> Any:
        self._read.add(f"{self._path}{key}")
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self._read.add(f"{self._path}{key}")
        return super().get(key, default)


def test_every_post_of_the_recordings_is_read_without_an_unhandled_field() -> None:
    had: set[str] = set()
    read: set[str] = set()
    for name, at_least in (
        ("playground-examples", 14),
        ("pytwitter-testdata", 20),
        ("tweepy-cassettes", 100),
    ):
        records = [one for body in _bodies(shared_data(f"recordings/x-{name}")) for one in _records(body)]
        assert len(records) >= at_least
        plain = [_without(one, "media_key") for one in records]
        short = [_without(one, "media_key", "note_tweet") for one in records]
        for record in [*records, *plain, *short]:
            (whole,) = normal({"data": [record]}).posts
            assert read_post(Noting(whole, had, read), {}).external_id in versions_of(whole)
    left = had - read
    outermost = {one for one in left if not any(one.startswith(f"{other}.") for other in left)}
    assert outermost <= LEFT_UNREAD.keys()
    assert not read & LEFT_UNREAD.keys(), "what is read needs no excuse"


def test_whole_answers_of_the_recordings_have_the_expected_shape() -> None:
    count = 0
    for name in ("x-playground-examples", "x-pytwitter-testdata", "x-tweepy-cassettes"):
        for body in _bodies(shared_data(f"recordings/{name}")):
            if isinstance(body, dict):
                normal(body)
                count += 1
    assert count > 100

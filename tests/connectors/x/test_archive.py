"""An account's own archive: the same posts as the API gives, without asking it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from connectors.x import X
from connectors.x.settings import XSettings
from gleanery.errors import BadInput, ConfigError
from gleanery.http import GuardedHttp
from gleanery.testing import Clock, check_connector, make_context
from tests.connectors.reader import Reader
from tests.connectors.x.conftest import ReaderOf
from tests.fakes.x import CURATOR, Chain, XWorld

OfArchive = Callable[..., Reader]


@pytest.fixture
def of_archive(world: XWorld, clock: Clock, tmp_path: Path) -> OfArchive:
    settings = XSettings(archive=tmp_path / "archive.zip")
    return lambda: Reader(lambda ctx: X(settings, ctx), world, clock, tmp_path / "own")


def old_record(chain: Chain, version: int = -1) -> dict[str, Any]:
    """A post as the archive writes it."""
    number, at, text = chain.versions[version]
    ids = [one for one, *_ in chain.versions]
    edits = {"editTweetIds": ids}
    urls = [
        {"url": short, "expanded_url": full, "indices": ["0", "23"]} for short, full in chain.links.items()
    ]
    replied = {one["type"]: one["id"] for one in chain.references}
    return {
        "id": number,
        "id_str": number,
        "full_text": text,
        "lang": "en",
        "created_at": at.strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "entities": {"urls": urls, "hashtags": [{"text": "Cranes", "indices": ["1", "2"]}]},
        "edit_info": {"initial": edits} if number == ids[0] else {"edit": {"editControlInitial": edits}},
        **({"in_reply_to_status_id_str": replied["replied_to"]} if "replied_to" in replied else {}),
    }


def written(path: Path, parts: Mapping[str, list[Any]], account: bool = True) -> Path:
    """An archive of these files: name without ending to records."""
    with zipfile.ZipFile(path, "w") as archive:
        if account:
            holder = {
                "accountId": CURATOR,
                "username": "curator",
                "accountDisplayName": "Curator",
                "email": "x@example.org",
            }
            archive.writestr(
                "data/account.js", f"window.YTD.account.part0 = {json.dumps([{'account': holder}])}"
            )
        for number, (name, records) in enumerate(parts.items()):
            archive.writestr(f"data/{name}.js", f"window.YTD.tweets.part{number} = {json.dumps(records)}")
    return path


def tweets(*records: dict[str, Any]) -> list[Any]:
    return [{"tweet": one} for one in records]


def test_archive_and_live_reading_give_the_same_posts(
    world: XWorld, reader_of: ReaderOf, of_archive: OfArchive, tmp_path: Path
) -> None:
    links = {"https://t.co/0000000001": "https://docs.example.org/a"}
    post = world.post(CURATOR, "Use grease &amp; oil 2, https://t.co/0000000001", links=links)
    world.edit(post, "Use grease &amp; oil 3, https://t.co/0000000001")
    answer = world.post(CURATOR, "so do I", references=[{"type": "replied_to", "id": post.id}])
    records = tweets(old_record(post, 0), old_record(post), old_record(answer))
    written(tmp_path / "archive.zip", {"tweets": records})
    live, archived = reader_of(world, users=[CURATOR]), of_archive()
    live.read()
    archived.read()
    plain = [{**one.model_dump(), "tags": ()} for one in archived.known.drafts]
    assert plain == [one.model_dump() for one in sorted(live.known.drafts, key=lambda one: one.external_id)]
    assert all(one.tags == ("Cranes",) for one in archived.known.drafts)
    assert len(plain) == 2


def test_large_archives_in_parts_and_old_ones_are_read(
    world: XWorld, of_archive: OfArchive, tmp_path: Path
) -> None:
    chains = [world.post(CURATOR, f"note {number}") for number in range(450)]
    records = tweets(*map(old_record, chains))
    written(
        tmp_path / "archive.zip",
        {
            "tweets": records[:200],
            "tweets-part1": records[200:],
            "deleted-tweets": tweets(old_record(world.post(CURATOR, "deleted"))),
            "like": [{"like": {}}],
        },
    )
    reader = of_archive()
    reader.read(pages=1)
    pages = reader.read()
    assert [len(page.posts) for page in pages] == [200, 50], "it goes on where it was cut off"
    assert len(reader.texts) == 450
    assert "deleted" not in reader.texts.values()
    written(tmp_path / "archive.zip", {"tweet": records})
    reader.read()
    assert len(reader.texts) == 450


def test_an_archive_read_before_is_not_read_again_and_a_newer_one_tells_what_is_gone(
    world: XWorld, of_archive: OfArchive, tmp_path: Path
) -> None:
    first, second, third = (world.post(CURATOR, f"note {number}") for number in range(3))
    path = written(tmp_path / "archive.zip", {"tweets": tweets(old_record(first), old_record(second))})
    reader = of_archive()
    reader.read()
    (page,) = reader.read()
    assert (list(page.posts), page.complete) == ([], True)
    written(path, {"tweets": tweets(old_record(first), old_record(third))})
    reader.read()
    assert sorted(reader.texts) == sorted([first.id, third.id])
    written(path, {"tweets": tweets(old_record(first))})
    reader.read()
    assert third.id in reader.texts, "an older archive says nothing of what came after it"


def test_a_repost_in_an_archive_is_a_share_of_nothing_that_it_names(
    world: XWorld, of_archive: OfArchive, tmp_path: Path
) -> None:
    repost = world.post(CURATOR, "RT @lead: Use oil")
    written(tmp_path / "archive.zip", {"tweets": tweets(old_record(repost))})
    reader = of_archive()
    reader.read()
    (post,) = reader.known.drafts
    assert (post.act, post.parent_external_id, post.text) == ("shared", None, "RT @lead: Use oil")


def test_broken_records_of_an_archive_are_faults(
    world: XWorld, of_archive: OfArchive, tmp_path: Path
) -> None:
    good = old_record(world.post(CURATOR, "good"))
    broken = [
        {"tweet": {"full_text": "no id"}},
        "no record",
        {"tweet": {**good, "id_str": "5", "created_at": "?"}},
    ]
    written(tmp_path / "archive.zip", {"tweets": [*broken, {"tweet": good}]}, account=False)
    (page,) = of_archive().read()
    assert [one.text for one in page.posts] == ["good", "good"], "a time that cannot be read is done without"
    assert len(page.faults) == 2


def test_what_is_no_archive_is_said(of_archive: OfArchive, tmp_path: Path) -> None:
    reader = of_archive()
    reader.read()
    assert isinstance(reader.errors["archive"], ConfigError)
    written(tmp_path / "archive.zip", {"like": []})
    reader.read()
    assert isinstance(reader.errors["archive"], BadInput)
    assert "data/tweets.js" in str(reader.errors["archive"])
    with zipfile.ZipFile(tmp_path / "archive.zip", "w") as archive:
        archive.writestr("data/tweets.js", "window.YTD.tweets.part0 = [{")
    reader.read()
    assert "no JSON" in str(reader.errors["archive"])


def test_an_archive_alone_keeps_the_contract_and_needs_no_access(world: XWorld, tmp_path: Path) -> None:
    chains = [world.post(CURATOR, f"note {number}") for number in range(250)]
    path = written(tmp_path / "archive.zip", {"tweets": tweets(*map(old_record, chains))})
    settings = XSettings(archive=path)

    def make() -> X:
        return X(settings, make_context(tmp_path / "own", GuardedHttp(), Clock()))

    check_connector(make)
    assert make().partitions() == ["archive"]
    assert [line.name for line in make().check()] == ["archive"]
    assert make().policy.refresh_by is None


@pytest.mark.parametrize(
    "odd",
    [
        {"id_str": "9" * 5_000},
        {"id_str": "9" * 25},
        {"id_str": "\u0661\u0662"},
        {"created_at": "Mon Jan 01 00:00:00 +1000 0001"},
        {"edit_info": {"initial": {"editTweetIds": ["9" * 30, None, {}]}}},
    ],
)
def test_a_hostile_record_is_one_fault_at_most_and_the_others_are_read(
    world: XWorld, of_archive: OfArchive, tmp_path: Path, odd: Mapping[str, Any]
) -> None:
    good, bad = world.post(CURATOR, "good"), world.post(CURATOR, "bad")
    written(tmp_path / "archive.zip", {"tweets": tweets(old_record(good), {**old_record(bad), **odd})})
    reader = of_archive()
    reader.read()
    assert not reader.errors
    assert reader.texts[good.id] == "good"


def test_entities_cannot_make_words_grow_without_end(
    world: XWorld, of_archive: OfArchive, tmp_path: Path
) -> None:
    post = old_record(world.post(CURATOR, "e http://e.e"))
    long = "https://example.org/" + "e" * 3_000
    urls = [{"url": short, "expanded_url": long} for short in ("e", "http://e.e", "http")] * 20
    written(tmp_path / "archive.zip", {"tweets": tweets({**post, "entities": {"urls": urls}})})
    reader = of_archive()
    reader.read()
    assert list(reader.texts.values()) == [f"e {long}"]


def test_an_archive_with_a_broken_record_takes_nothing_away(
    world: XWorld, of_archive: OfArchive, tmp_path: Path
) -> None:
    posts = [world.post(CURATOR, f"note {number}") for number in range(3)]
    written(tmp_path / "archive.zip", {"tweets": tweets(*map(old_record, posts))})
    reader = of_archive()
    reader.read()
    broken = {**old_record(posts[0]), "id_str": None}
    records = tweets(broken, *map(old_record, posts[1:]))
    written(tmp_path / "archive.zip", {"tweets": records})
    faults = [fault for page in reader.read() for fault in page.faults]
    assert len(faults) == 1
    assert len(reader.texts) == 3

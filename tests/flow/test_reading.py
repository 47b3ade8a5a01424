"""read(source): posts and cursor committed together, nothing twice, nothing lost."""

from __future__ import annotations

import random
import secrets
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlmodel import func, select

from gleanery.flow import read, run, standing
from gleanery.flow.house import House
from gleanery.model.people import Handle
from gleanery.model.posts import Author, Content, Post, PostDraft, PostKind, PostVersion, Sighting, Vanished
from gleanery.model.sources import ReadFault
from tests.house import FIELDS, article, file_source, make_house, message, records, slack_export, slack_source
from tests.test_store import wait_until_blocked


def test_a_second_reading_adds_nothing(tmp_path: Path) -> None:
    house = make_house(tmp_path, sources=[file_source(records(tmp_path, map(article, range(12))))])
    assert read(house, "catalogue").new_posts == 12
    again = read(house, "catalogue")
    assert (again.new_posts, again.changed_posts, again.faults) == (0, 0, [])


def test_a_changed_record_gets_a_new_version_and_the_old_words_are_emptied(tmp_path: Path) -> None:
    path = records(tmp_path, [article(1)])
    house = make_house(tmp_path, sources=[file_source(path)])
    read(house, "catalogue")
    records(tmp_path, [article(1, title="Ladders, corrected")])
    assert read(house, "catalogue").changed_posts == 1
    with house.store.read() as session:
        old, new = session.exec(
            select(Content)
            .join(PostVersion, PostVersion.content_id == Content.id)
            .order_by(PostVersion.number)  # type: ignore[arg-type]
        ).all()
    assert old.body is None
    assert old.gone == "tombstoned"
    assert new.body is not None
    assert new.body["title"] == "Ladders, corrected"


def test_two_sources_that_see_one_post_meet_in_it(tmp_path: Path) -> None:
    path = records(tmp_path, [article(1)])
    house = make_house(tmp_path, sources=[file_source(path), file_source(path, name="second")])
    assert read(house, "catalogue").new_posts == 1
    assert read(house, "second").new_posts == 0
    with house.store.read() as session:
        assert session.exec(select(func.count()).select_from(Sighting)).one() == 2


def test_a_broken_source_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    good = file_source(records(tmp_path, [article(1)]))
    house = make_house(tmp_path, sources=[file_source(tmp_path / "absent.jsonl", name="broken"), good])
    report = run(house)
    assert report.counts()["new_posts"] == 1
    assert report.faults[0][0].startswith("broken")
    assert "absent.jsonl" in report.faults[0][1]
    states = {row["name"]: row["status"] for row in standing.standing(house)}
    assert states == {"broken": "action_required", "catalogue": "healthy"}


def test_a_secret_is_absent_from_every_file_of_the_house(tmp_path: Path) -> None:
    token = "ghp_" + secrets.token_hex(18)
    day = [message("1771229100.000200", f"Use this token until Friday: {token}")]
    export = slack_export(tmp_path / "export.zip", {"general/2026-02-16.json": day})
    house = make_house(
        tmp_path / "house",
        sources=[slack_source(export)],
        destinations=[{"name": "c", "adapter": "cartridge"}],
    )
    run(house)
    house.close()
    for path in (tmp_path / "house").rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes(), path


def test_words_of_people_are_kept_apart_from_the_post(tmp_path: Path) -> None:
    """A post's row holds ids and times: emptying its content leaves nothing that was said."""
    house = make_house(tmp_path, sources=[file_source(records(tmp_path, [article(1)]))])
    read(house, "catalogue")
    with house.store.read() as session:
        row = session.exec(select(Post)).one().model_dump_json()
    assert "ladders" not in row.casefold()
    assert "learning.example.org" not in row


def test_an_id_that_is_an_address_is_kept_as_a_hash_only(tmp_path: Path) -> None:
    """Feeds give secret addresses as ids; the secret may stand in the path."""
    token = secrets.token_hex(12)
    hook = f"https://hooks.example.org/services/{token}"
    rows = [article(1, id=hook), article(2, reply_to=hook)]
    fields = {**FIELDS, "parent_external_id": "reply_to"}
    source = file_source(records(tmp_path, rows), fields=fields)
    house = make_house(tmp_path / "house", sources=[source])
    assert read(house, "catalogue").new_posts == 2
    with house.store.read() as session:
        parent, reply = session.exec(select(Post).order_by(Post.seq)).all()  # type: ignore[arg-type]
    assert parent.external_id.startswith("sha256:")
    assert reply.parent_external_id == parent.external_id
    house.close()
    for path in (tmp_path / "house" / "data").rglob("*"):
        assert not path.is_file() or token.encode() not in path.read_bytes(), path


def test_long_ids_in_any_script_fit_the_indexes_of_postgresql(
    tmp_path: Path, prepared_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE", prepared_url)
    drawn = random.Random(7)
    long = ["".join(chr(drawn.randrange(0x4E00, 0x9FFF)) for _ in range(990)) for _ in range(4)]
    row = article(1, id=long[0], reply_to=long[1], by="A", by_id=long[2])
    fields = {**FIELDS, "parent_external_id": "reply_to", "author": "by", "author_id": "by_id"}
    source = file_source(records(tmp_path, [row]), fields=fields, realm=long[3])
    house = make_house(tmp_path, database={"env": "DATABASE"}, sources=[source])
    report = read(house, "catalogue")
    assert (report.new_posts, report.faults) == (1, [])
    assert read(house, "catalogue").new_posts == 0
    with house.store.read() as session:
        post, handle = session.exec(select(Post)).one(), session.exec(select(Handle)).one()
    kept = (post.realm, post.external_id, post.parent_external_id, handle.realm, handle.external_id)
    assert all(len(one.encode()) <= 200 for one in kept if one is not None)
    house.store.close()


def hostile(word: str) -> str:
    return f"{word}\x00\ud83d"


def test_no_string_of_a_draft_holds_what_a_database_refuses() -> None:
    values: dict[str, Any] = {
        name: hostile(name)
        for name in ("platform", "realm", "external_id", "url", "title", "text", "licence")
    }
    draft = PostDraft(
        **values,
        kind=PostKind.ARTICLE,
        parent_external_id=hostile("parent"),
        language=hostile("en"),
        tags=(hostile("tag"),),
        author=Author(external_id=hostile("id"), name=hostile("name")),
        links=[{"url": hostile("u"), "title": hostile("t"), "summary": hostile("s")}],  # type: ignore[list-item]
    )
    told = draft.model_dump_json().encode("utf-8").decode()
    assert "\\u0000" not in told
    assert told.count("??") == len(values) + 8
    gone = Vanished(platform=values["platform"], realm=values["realm"], external_id=values["external_id"])
    assert gone.external_id == draft.external_id


def test_sources_that_tell_one_post_in_different_words_do_not_change_it_for_ever(tmp_path: Path) -> None:
    """The first configured source that saw it is followed; each round makes both files new."""
    first, second = tmp_path / "first", tmp_path / "second"
    sources = [file_source(first / "records.jsonl"), file_source(second / "records.jsonl", name="second")]
    house = make_house(tmp_path, sources=sources)

    def round(number: int, title: str = "One") -> list[int]:
        records(first, [article(1, title=title), article(10 + number)])
        records(second, [article(1, title="Other words"), article(20 + number)])
        return [read(house, name).changed_posts for name in ("catalogue", "second")]

    assert [round(number) for number in range(4)] == [[0, 0]] * 4
    assert round(4, title="One, corrected") == [1, 0]
    assert round(5, title="One, corrected") == [0, 0]
    house.close()
    house = make_house(tmp_path, sources=sources[1:])
    records(second, [article(1, title="Other words")])
    assert read(house, "second").changed_posts == 1


def faults_of(house: House) -> list[str]:
    with house.store.read() as session:
        return list(session.exec(select(ReadFault.place)))


def test_a_fault_is_kept_until_its_partition_is_read_anew(tmp_path: Path) -> None:
    path = records(tmp_path, [article(1), {"title": "neither id nor address"}])
    house = make_house(tmp_path, sources=[file_source(path)])
    assert len(read(house, "catalogue").faults) == 1
    read(house, "catalogue")
    assert len(faults_of(house)) == 1
    records(tmp_path, [article(1), article(2)])
    read(house, "catalogue")
    assert faults_of(house) == []


def test_faults_of_every_page_of_a_reading_are_kept(tmp_path: Path) -> None:
    broken = {"title": "neither id nor address"}
    path = records(tmp_path, [broken, *map(article, range(300)), broken])
    house = make_house(tmp_path, sources=[file_source(path)])
    read(house, "catalogue")
    assert len(faults_of(house)) == 2
    records(tmp_path, [article(0), broken, *map(article, range(1, 300)), broken])
    read(house, "catalogue")
    assert len(faults_of(house)) == 2


def test_two_sources_that_see_a_new_post_at_the_same_moment_meet_in_it(
    tmp_path: Path, prepared_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first is held before its commit until the second waits for it."""
    monkeypatch.setenv("DATABASE", prepared_url)
    path = records(tmp_path, map(article, range(3)))
    sources = [file_source(path), file_source(path, name="second")]
    house = make_house(tmp_path, database={"env": "DATABASE"}, sources=sources)
    other = make_house(tmp_path, database={"env": "DATABASE"}, sources=sources)
    reports = []
    thread = threading.Thread(target=lambda: reports.append(read(other, "second")))
    inserted = threading.Event()

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO post "):
            inserted.set()

    def hold(_connection: object) -> None:
        if inserted.is_set() and not thread.ident:
            thread.start()
            wait_until_blocked(other.store)

    event.listen(house.store.engine, "after_cursor_execute", note)
    event.listen(house.store.engine, "commit", hold)
    reports.append(read(house, "catalogue"))
    thread.join()
    assert sorted((one.source, one.new_posts, one.faults) for one in reports) == [
        ("catalogue", 3, []),
        ("second", 0, []),
    ]
    with house.store.read() as session:
        assert session.exec(select(func.count()).select_from(Sighting)).one() == 6
    for one in (house, other):
        one.store.close()

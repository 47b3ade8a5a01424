"""read(source): posts and cursor committed together, nothing twice, nothing lost."""

from __future__ import annotations

import secrets
from pathlib import Path

from sqlmodel import func, select

from gleanery.flow import read, run, standing
from gleanery.model.posts import Content, Post, PostVersion, Sighting
from tests.house import article, file_source, make_house, message, records, slack_export, slack_source


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

"""The privacy sheet says what is: every column of every table, the configuration and the bases of now."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect, text

from gleanery.flow.house import House
from gleanery.flow.keys import HouseKeys, wanted
from gleanery.flow.people import printing
from gleanery.flow.people.notice import NOTICE
from gleanery.flow.people.sheet import Grid, Sheet, privacy_sheet
from gleanery.flow.people.wording import (
    KEEPING,
    KINDS,
    PHRASES,
    PURPOSES,
    ROLES,
    SHOWN,
    USES,
    WHOSE,
    Language,
)
from gleanery.model.declared import undeclared
from gleanery.model.personal_fields import PERSONAL
from gleanery.testing import Clock
from tests.flow.people.deeds import SOCIAL, agreement, consent, new_person
from tests.house import article, file_source, make_house, records, slack_export, slack_source


@pytest.fixture
def house(sqlite_house: House) -> House:
    return sqlite_house


def tables_of(house: House) -> dict[str, frozenset[str]]:
    """Every table and column of the database as it is, but alembic's own."""
    seen = inspect(house.store.engine)
    return {
        name: frozenset(column["name"] for column in seen.get_columns(name))
        for name in seen.get_table_names()
        if name != "alembic_version"
    }


def test_every_column_of_the_database_is_declared(each_house: House) -> None:
    assert undeclared(tables_of(each_house)) == []


def test_a_new_column_that_nobody_declared_is_named(house: House) -> None:
    before = set(undeclared(tables_of(house)))
    with house.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE person ADD COLUMN nickname TEXT"))
        connection.execute(text("CREATE TABLE birthday (person_id TEXT, day TEXT)"))
    new = set(undeclared(tables_of(house)))
    assert new - before == {"birthday.day", "birthday.person_id", "person.nickname"}


def test_a_declared_column_that_is_gone_is_named(house: House) -> None:
    tables = tables_of(house)
    tables["person"] -= {"unit"}
    del tables["tag"]
    assert "person.unit is declared and not there" in undeclared(tables)
    assert "tag is declared and not there" in undeclared(tables)


# --------------------------------------------------------------------------- the sheet


@pytest.fixture
def configured(tmp_path: Path, clock: Clock) -> Iterator[House]:
    export = slack_export(tmp_path / "e.zip", {"learning/2026-02-16.json": []})
    key = {"env": "OTHER_SECRET"}
    target = {"name": "group", "endpoint": "https://lrs.example.org/xapi", "key": "us", "secret": key}
    made = make_house(
        tmp_path,
        clock,
        sources=[
            file_source(records(tmp_path, map(article, range(1))), pass_text_on=True),
            slack_source(export),
        ],
        destinations=[{"name": "shelf", "adapter": "cartridge"}],
        people={"contact": "privacy@example.org", "authors_basis": "legitimate interest"},
        retention={"statements": [{"name": "views", "days": 400}], "undecided_days": 30},
        lrs={"forward": [target]},
    )
    yield made
    made.store.close()


def grid(sheet: Sheet, place: int) -> Grid:
    return sheet.grids[place]


def test_every_field_has_each_of_its_nine_answers_in_both_languages(configured: House) -> None:
    for language in ("en", "de"):
        fields = grid(privacy_sheet(configured, language), 0)
        assert len(fields.rows) == len(PERSONAL)
        assert all(len(row) == len(fields.columns) == 9 for row in fields.rows)
        assert all(cell.strip() for row in fields.rows for cell in row)


def test_recipients_are_those_of_the_configuration_and_the_keys(configured: House) -> None:
    HouseKeys(configured, "lead").add(wanted("reader", "main", ["statements/read"]))
    sheet = privacy_sheet(configured)
    names = {row[0] for row in grid(sheet, 2).rows}
    assert {"shelf (cartridge)", "group (https://lrs.example.org/xapi)", "reader"} <= names
    fields = {row[1]: row[5] for row in grid(sheet, 0).rows}
    assert fields["content.body"] == "shelf (cartridge)"
    assert fields["lrs_statement"] == "group (https://lrs.example.org/xapi), reader"
    assert fields["person.directory_number"] == "nobody outside the house"
    HouseKeys(configured, "lead").revoke("reader")
    assert "reader" not in {row[0] for row in grid(privacy_sheet(configured), 2).rows}


def test_a_target_that_gets_what_others_sent_is_told_apart_from_one_that_does_not(
    tmp_path: Path, clock: Clock
) -> None:
    """Others may name people in clear; our own statements never do."""
    key = {"env": "OTHER_SECRET"}
    target = {"endpoint": "https://lrs.example.org/xapi", "key": "us", "secret": key}
    every, own = {"name": "every", **target}, {"name": "own", **target, "filter": {"only_own": True}}
    house = make_house(tmp_path, clock, lrs={"forward": [every, own]})
    told = {row[0].partition(" ")[0]: row[2] for row in grid(privacy_sheet(house), 2).rows}
    assert told == {
        "every": "statements with pseudonyms; those of other senders as they came",
        "own": "statements with pseudonyms",
    }
    house.store.close()


def test_retention_is_that_of_sources_and_rules(configured: House) -> None:
    fields = {row[1]: row[6] for row in grid(privacy_sheet(configured), 0).rows}
    assert "views: 400 days" in fields["lrs_statement"]
    assert fields["handle.person_id"].startswith("until the last day in the HR list")
    for kept in ("person.directory_number", "handle_link.person_id", "stated.statement_id", "lrs_document"):
        assert fields[kept] == "until the person is erased"
    assert fields["audit_entry.actor"] == "as long as the house"
    assert "undecided posts 30 days" in fields["content.body"]
    assert "catalogue until the source removes it" in fields["content.body"]


def test_a_purpose_is_on_only_with_its_basis(configured: House) -> None:
    def state(place: int) -> str:
        return grid(privacy_sheet(configured), 1).rows[place][1]

    assert state(0) == "off: no basis is in force"
    assert state(2) == "off: no agreement's reference is entered"
    person = new_person(configured, "U1")
    consent(configured, person)
    assert state(0) == "on"
    agreement(configured, SOCIAL, needs_consent=True)
    assert state(2) == "off: no basis is in force"
    consent(configured, person, SOCIAL)
    row = grid(privacy_sheet(configured), 1).rows[2]
    assert row[1] == "on"
    assert "WA 7 (everyone, with each person's consent)" in row[2]
    assert "persons: 1" in row[2]
    assert str(person.id) not in printing.as_markdown(privacy_sheet(configured))


def test_what_a_notice_needs_and_nobody_entered_stands_as_a_gap(configured: House) -> None:
    sheet = privacy_sheet(configured)
    assert sheet.gaps == (
        "[enter people.staff_basis]",
        "[enter people.supervisory_authority]",
        "[enter people.transfers]",
    )
    assert "[enter people.supervisory_authority]" in printing.as_markdown(sheet)


def test_each_connector_has_a_notice_that_tells_what_article_14_asks(configured: House) -> None:
    sheet = privacy_sheet(configured)
    assert [notice.connector for notice in sheet.notices] == ["file", "slack"]
    words = {notice.connector: " ".join(text for _, text in notice.parts) for notice in sheet.notices}
    for needed in ("privacy@example.org", "legitimate interest", "shelf", "object", "complain", "Article 14"):
        assert needed in words["slack"]
    assert "may be passed on" in words["file"]
    assert "are not passed on" in words["slack"]


def test_a_notice_says_whether_people_or_a_rule_decide_and_what_goes_when(
    configured: House, tmp_path: Path, clock: Clock
) -> None:
    [first, _] = privacy_sheet(configured).notices
    told = " ".join(text for _, text in first.parts)
    assert "A person decides on every post." in told
    assert "Posts that nobody decides on go after 30 days." in told
    ruled = make_house(
        tmp_path / "ruled",
        clock,
        sources=[file_source(records(tmp_path / "ruled", map(article, range(1))))],
        curation={"auto_approve": "keep"},
        retention={"undecided_days": None},
    )
    [notice] = privacy_sheet(ruled, "de").notices
    told = " ".join(text for _, text in notice.parts)
    assert "Eine Regel nimmt an" in told
    assert "gilt keine kürzere Frist" in told
    ruled.store.close()


def test_a_notice_has_the_same_parts_and_values_in_both_languages() -> None:
    def values(language: Language) -> list[set[str]]:
        return [set(re.findall(r"\{(\w+)\}", text)) for _, text in NOTICE[language]]

    assert values("en") == values("de")


def test_both_languages_have_every_word() -> None:
    for words in (WHOSE, USES, KEEPING, ROLES, SHOWN, PURPOSES, KINDS, PHRASES):
        told: Any = words
        assert told["en"].keys() == told["de"].keys()
    for uses, members in ((WHOSE, "whose"), (USES, "use"), (KEEPING, "kept"), (SHOWN, "shown")):
        wanted: Any = uses
        assert {getattr(field, members) for field in PERSONAL} <= set(wanted["en"])


def test_the_page_stands_alone_and_markup_in_a_setting_stays_text(tmp_path: Path, clock: Clock) -> None:
    house = make_house(tmp_path, clock, people={"staff_basis": "<script>alert(1)</script> | contract"})
    page = printing.as_html(privacy_sheet(house, "de"))
    assert page.startswith('<!doctype html>\n<html lang="de">')
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r"""(?:src|href)=""", page)
    assert "\\| contract" in printing.as_markdown(privacy_sheet(house))
    house.store.close()


def test_as_data_it_can_be_compared_from_one_day_to_the_next(configured: House) -> None:
    data = json.loads(json.dumps(printing.as_data(privacy_sheet(configured))))
    assert data["tables"][0]["rows"][0]["field"] == "content.body"
    assert len(data["notices"]) == 2

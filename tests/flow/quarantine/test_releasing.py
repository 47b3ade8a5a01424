"""Out of quarantine: masked or as it is, never by the way, and never beyond the words that were looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from gleanery.errors import BadInput, Denied
from gleanery.flow import deciding, deliver, desk, exporting, read, run, screen
from gleanery.flow.house import House
from gleanery.flow.items.editing import Wording, edit
from gleanery.flow.quarantine.listing import listed, preview
from gleanery.flow.quarantine.releasing import release_as_is, release_masked
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.model.posts import Content
from gleanery.model.quarantine import Release
from tests.flow.test_leaving import catalogue, in_cartridge, only, sensitive
from tests.flow.test_second_look import with_moody
from tests.house import article, file_source, make_house, message, records, slack_export, slack_source

NUMBER = "+49 30 23125 987"
MAIL = "someone.else@mail.example.org"
CALL = f"Call the trainer under {NUMBER} in the afternoon, please, or write to {MAIL} about ladders."


def quarantined(folder: Path, **changes: Any) -> House:
    house = catalogue(folder, article(1, text=CALL), **changes)
    run(house)
    return house


def everything(house: House) -> bytes:
    """Every byte of the data folder, once the house is closed."""
    folder = house.config.data
    house.close()
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_quarantine_is_listed_by_kind_without_a_word_of_it(tmp_path: Path) -> None:
    house = quarantined(tmp_path)
    found = listed(house)
    assert (found.total, found.by_kind) == (1, (("email", 1), ("phone", 1)))
    assert not any(word in repr(found) for word in ("23125", "someone", "ladders", "learning.example.org"))
    assert listed(house, "phone").total == 1
    assert listed(house, "iban").rows == ()


def test_the_preview_names_the_kinds_and_shows_the_rest(tmp_path: Path) -> None:
    house = quarantined(tmp_path)
    shown = preview(house, only(house, ItemState.QUARANTINED))
    assert shown.can_mask
    assert set(shown.places) == {("text", "phone"), ("text", "email")}
    [text] = [one.words for one in shown.passages if one.field == "text"]
    assert text == CALL.replace(NUMBER, "[telephone number]").replace(MAIL, "[e-mail address]")


def test_a_masked_item_waits_is_decided_and_leaves_without_the_passages(tmp_path: Path) -> None:
    house = quarantined(tmp_path)
    item = only(house, ItemState.QUARANTINED)
    assert str(release_masked(house, item, "lead")) == item
    assert desk.counts(house) == {"waiting": 1}
    deciding.decide(house, item, DecisionVerdict.APPROVE, "curator")
    deliver(house, "cartridge")
    assert "[telephone number]" in in_cartridge(house)
    assert "23125" not in in_cartridge(house)
    assert all(part not in everything(house) for part in (b"23125", b"someone.else"))


def test_masked_words_stay_masked_when_they_are_read_again(tmp_path: Path) -> None:
    house = quarantined(tmp_path)
    release_masked(house, only(house, ItemState.QUARANTINED), "lead")
    read(house, "catalogue")
    screen(house)
    assert desk.counts(house) == {"waiting": 1}
    with house.store.read() as session:
        [content] = session.exec(select(Content)).all()
    assert (content.sealed, content.withheld) == (None, [])
    assert content.body is not None
    assert "[telephone number]" in content.body["text"]


def test_words_released_as_they_are_wait_behind_bars_and_leave_when_approved(tmp_path: Path) -> None:
    house = quarantined(tmp_path)
    item = only(house, ItemState.QUARANTINED)
    release_as_is(house, item, "lead", "They asked us to publish it.")
    row = desk.queue(house).rows[0]
    assert (row.state, row.hidden) == ("waiting", ("phone", "email"))
    assert "23125" not in repr(desk.queue(house))
    deciding.decide(house, item, DecisionVerdict.APPROVE, "curator")
    deliver(house, "cartridge")
    assert NUMBER in in_cartridge(house)


def test_a_release_ends_with_the_words_it_was_for(tmp_path: Path) -> None:
    house = quarantined(tmp_path)
    item = only(house, ItemState.QUARANTINED)
    release_as_is(house, item, "lead", "Public.")
    records(tmp_path, [article(1, text=CALL.replace("987", "988"))])
    run(house)
    assert desk.counts(house) == {"quarantined": 1}


def test_a_release_is_for_its_kinds_and_holds_when_the_rules_change(tmp_path: Path) -> None:
    house = quarantined(tmp_path)
    release_as_is(house, only(house, ItemState.QUARANTINED), "lead", "Public.")
    house.close()
    house = catalogue(tmp_path, article(1, text=CALL), curation=sensitive(allow=["nobody.example"]))
    screen(house)
    assert desk.counts(house) == {"waiting": 1}
    house.close()
    house = catalogue(tmp_path, article(1, text=CALL), curation=sensitive(confidential=["ladders"]))
    screen(house)
    assert desk.counts(house) == {"quarantined": 1}
    with house.store.read() as session:
        [content] = session.exec(select(Content)).all()
    assert content.body is None


def test_a_release_is_audited_with_kinds_and_the_reason_kept(tmp_path: Path) -> None:
    house = quarantined(tmp_path)
    item = only(house, ItemState.QUARANTINED)
    release_as_is(house, item, "lead", "  It is\tthe hotline. ")
    with house.store.read() as session:
        row = session.exec(select(Release)).one()
    assert (row.kinds, row.reason, row.masked) == (["email", "phone"], "It is the hotline.", False)
    told = "\n".join(exporting.lines(house, "lead", exporting.Selection()))
    assert '"item.released"' in told
    assert "23125" not in told
    assert all(verdict.ok for _, verdict in house.verify())


def test_what_cannot_be_released_is_refused(tmp_path: Path) -> None:
    house = quarantined(tmp_path)
    item = only(house, ItemState.QUARANTINED)
    with pytest.raises(BadInput, match="Say why"):
        release_as_is(house, item, "lead", "  ")
    with pytest.raises(Denied, match="changed since"):
        release_masked(house, item, "lead", seen=99)
    release_masked(house, item, "lead")
    for again in (lambda: release_masked(house, item, "lead"), lambda: preview(house, item)):
        with pytest.raises(Denied, match="not in quarantine"):
            again()


def test_an_item_on_which_a_guard_failed_is_not_released(tmp_path: Path) -> None:
    house = catalogue(tmp_path, article(1))
    with_moody(house, "sensitive").raising = True
    run(house)
    item = only(house, ItemState.QUARANTINED)
    assert not preview(house, item).can_mask
    with pytest.raises(Denied, match="A step failed"):
        release_as_is(house, item, "lead", "Surely harmless.")


def test_a_released_item_can_be_given_a_title(tmp_path: Path) -> None:
    house = quarantined(tmp_path)
    item = only(house, ItemState.QUARANTINED)
    release_as_is(house, item, "lead", "Public.")
    assert edit(house, item, "curator", Wording("Ladders, in short", None)) is not None
    assert desk.counts(house) == {"waiting": 1}


def test_an_address_or_tag_with_a_secret_in_it_is_gone_whole(tmp_path: Path) -> None:
    record = article(1, url="https://someone:S3cret!word@learning.example.org/x")
    house = catalogue(tmp_path, record)
    run(house)
    item = only(house, ItemState.QUARANTINED)
    shown = preview(house, item)
    assert shown.places == (("url", "password"),)
    release_masked(house, item, "lead")
    assert desk.show(house, item).row.url is None


def test_two_items_of_one_message_are_let_out_together(tmp_path: Path) -> None:
    text = f"<https://learning.example.org/a> and <https://learning.example.org/b>, or ring {NUMBER}"
    export = slack_export(tmp_path / "e.zip", {"learning/2026-02-16.json": [message("1.000100", text)]})
    house = make_house(tmp_path, sources=[slack_source(export)])
    run(house)
    rows = desk.queue(house, (ItemState.QUARANTINED,)).rows
    release_masked(house, str(rows[0].id), "lead")
    assert desk.counts(house).get("quarantined", 0) == 0


def test_a_source_that_keeps_no_text_is_no_way_around(tmp_path: Path) -> None:
    house = make_house(
        tmp_path, sources=[file_source(records(tmp_path, [article(1, title=f"Ring {NUMBER}")]))]
    )
    run(house)
    release_masked(house, only(house, ItemState.QUARANTINED), "lead")
    assert b"23125" not in everything(house)

"""What may leave, leaves; what may not, or not yet, does not, whatever happens in between."""

from __future__ import annotations

import secrets
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from gleanery.errors import Denied
from gleanery.flow import deciding, deliver, delivering, desk, outbox, purge, read, run, screen
from gleanery.flow.house import House
from gleanery.model.destinations import Action, Delivery, DeliveryState
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.model.posts import Content
from tests.house import article, file_source, make_house, message, records, slack_export, slack_source

APPROVE, REJECT, RETRACT = DecisionVerdict.APPROVE, DecisionVerdict.REJECT, DecisionVerdict.RETRACT
CARTRIDGE = [{"name": "cartridge", "adapter": "cartridge"}]
STEPS = ("canonical", "duplicates", "language", "sensitive", "substance", "words", "quality", "aids", "tags")


def catalogue(folder: Path, *rows: dict[str, Any], **changes: Any) -> House:
    source = file_source(records(folder, rows), pass_text_on=True)
    return make_house(folder, **{"sources": [source], "destinations": CARTRIDGE, **changes})


def sensitive(**settings: Any) -> dict[str, Any]:
    return {"steps": [{"step": name, "settings": settings if name == "sensitive" else {}} for name in STEPS]}


def only(house: House, state: ItemState = ItemState.WAITING) -> str:
    [row] = desk.queue(house, (state,)).rows
    return str(row.id)


def in_cartridge(house: House) -> str:
    """Everything the cartridge says, as one text."""
    path = house.config.data / "files" / "cartridge" / "gleanery.imscc"
    if not path.exists():
        return ""
    with zipfile.ZipFile(path) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def delivery(house: House) -> Delivery:
    with house.store.read() as session:
        return session.exec(select(Delivery)).one()


def test_blocked_words_cannot_be_approved_by_way_of_a_rejection(tmp_path: Path) -> None:
    house = catalogue(
        tmp_path, article(1, text="Call the trainer under +49 30 23125 987 in the afternoon, please.")
    )
    run(house)
    item = only(house, ItemState.QUARANTINED)
    deciding.decide(house, item, REJECT, "curator")
    with pytest.raises(Denied, match="sensitive"):
        deciding.decide(house, item, APPROVE, "curator")


def test_undo_does_not_let_out_what_was_quarantined_since(tmp_path: Path) -> None:
    house = catalogue(tmp_path, article(1))
    run(house)
    item = only(house)
    deciding.decide(house, item, APPROVE, "curator")
    house.close()
    house = catalogue(tmp_path, article(1), curation=sensitive(confidential=["ladders"]))
    screen(house)
    assert desk.counts(house) == {"quarantined": 1}
    deciding.undo(house, "curator", item)
    assert desk.counts(house) == {"quarantined": 1}


def test_words_blocked_by_a_new_setting_are_sealed_and_opened_when_it_goes(tmp_path: Path) -> None:
    house = catalogue(tmp_path, article(1))
    run(house)
    house.close()
    house = catalogue(tmp_path, article(1), curation=sensitive(confidential=["ladders"]))
    screen(house)
    with house.store.read() as session:
        content = session.exec(select(Content)).one()
    assert (content.body, bool(content.sealed), bool(content.withheld)) == (None, True, True)
    [row] = desk.queue(house, (ItemState.QUARANTINED,)).rows
    assert (row.title, row.excerpt, row.url) == ("", "", None)
    house.close()
    house = catalogue(tmp_path, article(1))
    screen(house)
    assert [row.title for row in desk.queue(house).rows] == ["Working with ladders, part 1"]


def test_a_shared_link_whose_message_is_edited_to_hold_a_secret_is_withheld(tmp_path: Path) -> None:
    link = "<https://learning.example.org/a>"
    day = "learning/2026-02-16.json"
    export = slack_export(tmp_path / "e.zip", {day: [message("1.000100", f"Worth reading: {link}")]})
    house = make_house(tmp_path, sources=[slack_source(export)])
    run(house)
    token = "ghp_" + secrets.token_hex(18)
    edited = message("1.000100", f"Worth reading: {link} {token}", edited={"user": "U1", "ts": "2.000000"})
    slack_export(tmp_path / "e.zip", {day: [edited]})
    run(house)
    shown = "".join(str(row) for row in desk.queue(house, tuple(ItemState)).rows)
    assert "quarantined" in shown
    assert "learning.example.org" not in shown
    assert token not in shown


def test_a_phone_number_in_the_preview_of_a_link_is_withheld(tmp_path: Path) -> None:
    preview = {
        "from_url": "https://learning.example.org/a",
        "title": "Call us: +49 30 23125 987",
        "text": "A page.",
    }
    shared = message("1.000100", "Worth reading: <https://learning.example.org/a>", attachments=[preview])
    export = slack_export(tmp_path / "e.zip", {"learning/2026-02-16.json": [shared]})
    house = make_house(tmp_path, sources=[slack_source(export)])
    run(house)
    assert desk.counts(house) == {"quarantined": 1}
    house.close()
    assert not any(b"23125 987" in path.read_bytes() for path in tmp_path.rglob("*.db*"))


def test_words_that_changed_after_approval_are_taken_back_until_somebody_has_seen_them(
    tmp_path: Path,
) -> None:
    house = catalogue(tmp_path, article(1))
    run(house)
    item = only(house)
    deciding.decide(house, item, APPROVE, "curator")
    deliver(house, "cartridge")
    assert "Working with ladders" in in_cartridge(house)
    records(tmp_path, [article(1, title="Something else altogether")])
    read(house, "catalogue")
    deliver(house, "cartridge")
    assert "Something else" not in in_cartridge(house)
    run(house)
    assert desk.show(house, item).row.reason == "changed.since_approval"
    assert (delivery(house).action, delivery(house).state) == (Action.RETRACT, DeliveryState.DELIVERED)
    assert "Working with ladders" not in in_cartridge(house)
    deciding.decide(house, item, APPROVE, "curator")
    deliver(house, "cartridge")
    assert "Something else" in in_cartridge(house)


def test_another_item_s_delivery_does_not_carry_unjudged_words_along(tmp_path: Path) -> None:
    house = catalogue(tmp_path, article(1), article(2))
    run(house)
    one, two = (str(row.id) for row in desk.queue(house).rows)
    deciding.decide(house, one, APPROVE, "curator")
    deliver(house, "cartridge")
    records(tmp_path, [article(1, title="Something else altogether"), article(2)])
    read(house, "catalogue")
    deciding.decide(house, two, APPROVE, "curator")
    deliver(house, "cartridge")
    assert "Something else" not in in_cartridge(house)
    run(house)
    assert "feedback" in in_cartridge(house)


def test_undo_of_a_retraction_restores_only_the_words_that_were_approved(tmp_path: Path) -> None:
    house = catalogue(tmp_path, article(1))
    run(house)
    item = only(house)
    deciding.decide(house, item, APPROVE, "curator")
    deliver(house, "cartridge")
    deciding.decide(house, item, RETRACT, "curator")
    records(tmp_path, [article(1, title="Something else altogether")])
    run(house)
    deciding.undo(house, "curator", item)
    run(house)
    assert desk.show(house, item).row.state == "waiting"
    assert "Something else" not in in_cartridge(house)


def test_a_verdict_given_while_a_delivery_is_under_way_is_not_overwritten(tmp_path: Path) -> None:
    """What was read before the retraction is started and answered after it."""
    house = catalogue(tmp_path, article(1))
    run(house)
    item = only(house)
    deciding.decide(house, item, APPROVE, "curator")
    from gleanery.leases import held

    with held(house.store, "deliver:cartridge", house.now) as lease:
        assert lease is not None
        due = delivering._due(house, "cartridge", 10)
        deciding.decide(house, item, RETRACT, "lead")
        assert outbox.started(house, lease, due) == []
    assert delivery(house).state is DeliveryState.CANCELLED
    assert "ladders" not in in_cartridge(house)


def test_any_sequence_of_verdicts_and_undos_can_be_told(tmp_path: Path) -> None:
    house = catalogue(tmp_path, article(1))
    run(house)
    item = only(house)
    deciding.decide(house, item, APPROVE, "curator")
    deliver(house, "cartridge")
    for _ in range(2):
        deciding.decide(house, item, RETRACT, "curator")
        deliver(house, "cartridge")
        deciding.undo(house, "curator", item)
        deliver(house, "cartridge")
    deciding.undo(house, "curator", item)
    deliver(house, "cartridge")
    assert desk.show(house, item).row.state == "waiting"
    assert all(verdict.ok for _, verdict in house.verify())


def test_a_framework_that_goes_and_comes_back_can_be_told(tmp_path: Path) -> None:
    with_ladders = "id,label,alt_labels,parent\nhttps://example.org/l,ladders,,\n"
    without = "id,label,alt_labels,parent\nhttps://example.org/x,soldering irons,,\n"
    skills = tmp_path / "skills.csv"
    frameworks = [{"name": "ours", "path": str(skills)}]
    for text in (with_ladders, without, with_ladders):
        skills.write_text(text)
        house = catalogue(tmp_path, article(1), frameworks=frameworks)
        run(house)
        [row] = desk.queue(house).rows
        house.close()
    assert [tag.label for tag in row.tags] == ["ladders"]


def test_a_destination_added_later_gets_what_was_approved_before(tmp_path: Path) -> None:
    house = catalogue(tmp_path, article(1), destinations=[])
    run(house)
    deciding.decide(house, only(house), APPROVE, "curator")
    house.close()
    house = catalogue(tmp_path, article(1))
    assert run(house).counts()["new_deliveries"] == 1
    assert "ladders" in in_cartridge(house)


def test_retracting_names_a_destination_that_is_no_longer_configured(tmp_path: Path) -> None:
    from gleanery.flow.leaving import notes_on

    house = catalogue(tmp_path, article(1))
    run(house)
    item = only(house)
    deciding.decide(house, item, APPROVE, "curator")
    deliver(house, "cartridge")
    house.close()
    house = catalogue(tmp_path, article(1), destinations=[])
    [note] = notes_on(house, deciding.decide(house, item, RETRACT, "curator"))
    assert "by hand" in note


def test_words_no_longer_to_be_passed_on_stay_here_from_the_next_delivery_on(tmp_path: Path) -> None:
    house = catalogue(tmp_path, article(1))
    run(house)
    house.close()
    house = make_house(tmp_path, sources=[file_source(tmp_path / "records.jsonl")], destinations=CARTRIDGE)
    run(house)
    deciding.decide(house, only(house), APPROVE, "curator")
    deliver(house, "cartridge")
    assert "before the first day" not in in_cartridge(house)
    assert "Working with ladders" in in_cartridge(house)


def test_purged_words_are_taken_back_from_every_destination(tmp_path: Path) -> None:
    house = catalogue(tmp_path, article(1))
    run(house)
    deciding.decide(house, only(house), APPROVE, "curator")
    deliver(house, "cartridge")
    with house.store.write() as session:
        content = session.exec(select(Content)).one()
        content.purge_at = house.now()
        session.add(content)
    assert purge(house) == 1
    run(house)
    assert "ladders" not in in_cartridge(house)

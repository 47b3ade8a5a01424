"""What a second look found: steps that fail and recover, approvals that end by detours, verdicts on changed words."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from gleanery.errors import Denied
from gleanery.flow import deciding, deliver, desk, run, screen
from gleanery.flow.house import House, Judge
from gleanery.model.destinations import Action, Delivery
from gleanery.model.items import DecisionVerdict, ItemState
from gleanery.ports import Finding, Subject
from tests.flow.test_leaving import CARTRIDGE, catalogue, delivery, in_cartridge, only
from tests.house import article, file_source, make_house, message, records, slack_export, slack_source

APPROVE, RETRACT = DecisionVerdict.APPROVE, DecisionVerdict.RETRACT
LINK = "<https://learning.example.org/checks>"
DAY = "learning/2026-02-16.json"


class Moody:
    """Stands before a real step and fails, or answers otherwise, while it is told to."""

    def __init__(self, step: object) -> None:
        self._step = step
        self.raising = False
        self.finding: Finding | None = None

    def __getattr__(self, name: str) -> object:
        return getattr(self._step, name)

    def judge(self, subject: Subject) -> Finding:
        if self.raising:
            raise KeyError("a word list that is not there")
        return self.finding or self._step.judge(subject)  # type: ignore[attr-defined]


def with_moody(house: House, name: str) -> Moody:
    """The house with a moody step in the place of the one of this name."""
    judges = {judge.plugin.name: judge for judge in house.judges}
    moody = Moody(judges[name].plugin)
    house.__dict__["judges"] = tuple(
        Judge(moody, judge.settings_hash) if judge.plugin.name == name else judge for judge in house.judges
    )
    house.__dict__["steps"] = tuple(judge for judge in house.judges if hasattr(judge.plugin, "judge"))
    return moody


def shared(folder: Path, *replies: dict[str, object]) -> Path:
    preview = {
        "from_url": "https://learning.example.org/checks",
        "title": "Ten checks",
        "text": "Before you send.",
    }
    first = message("1.000100", f"Worth reading: {LINK}", attachments=[preview])
    return slack_export(folder / "e.zip", {DAY: [first, *replies]})


def reply(number: int) -> dict[str, object]:
    return message(
        f"{number}.000100", "It helped us a lot in March.", thread_ts="1.000100", parent_user_id="U1"
    )


@pytest.mark.parametrize("step", ["sensitive", "words"])
def test_a_step_that_failed_once_is_asked_again_and_blocks_nothing_for_ever(
    tmp_path: Path, step: str
) -> None:
    house = catalogue(tmp_path, article(1), curation={"auto_approve": "keep"})
    moody = with_moody(house, step)
    moody.raising = True
    run(house)
    assert desk.counts(house) in ({"quarantined": 1}, {"waiting": 1})
    moody.raising = False
    run(house)
    assert desk.counts(house) == {"approved": 1}


def test_undo_of_a_retraction_does_not_let_out_what_a_step_blocks_since(tmp_path: Path) -> None:
    house = catalogue(tmp_path, article(1))
    run(house)
    item = only(house)
    deciding.decide(house, item, APPROVE, "curator")
    deliver(house, "cartridge")
    deciding.decide(house, item, RETRACT, "curator")
    deliver(house, "cartridge")
    with_moody(house, "words").finding = Finding("block", "words.blocked", {"found": 1})
    house.__dict__["screened_as"] = "other settings"
    screen(house)
    deciding.undo(house, "curator", item)
    run(house)
    assert desk.show(house, item).row.state != "approved"
    assert "ladders" not in in_cartridge(house)


def test_undo_of_an_approval_that_a_reply_reopened_takes_the_delivery_back(tmp_path: Path) -> None:
    house = make_house(tmp_path, sources=[slack_source(shared(tmp_path))], destinations=CARTRIDGE)
    run(house)
    item = only(house)
    deciding.decide(house, item, APPROVE, "curator")
    deliver(house, "cartridge")
    shared(tmp_path, reply(2))
    run(house)
    assert "Ten checks" in in_cartridge(house)
    deciding.undo(house, "curator", item)
    run(house)
    assert (delivery(house).action, delivery(house).remote_id) == (Action.RETRACT, None)
    assert "Ten checks" not in in_cartridge(house)


def test_what_waits_after_an_approval_goes_on_waiting_whatever_a_step_would_drop(tmp_path: Path) -> None:
    house = make_house(tmp_path, sources=[slack_source(shared(tmp_path))], destinations=CARTRIDGE)
    run(house)
    item = only(house)
    deciding.decide(house, item, APPROVE, "curator")
    deliver(house, "cartridge")
    with_moody(house, "words").finding = Finding("drop", "words.blocked", {"found": 1})
    for number in (2, 3):
        shared(tmp_path, *(reply(one) for one in range(2, number + 1)))
        run(house)
        assert desk.show(house, item).row.state == "waiting"


def test_what_was_taken_out_of_the_file_does_not_come_back_with_the_next_item(tmp_path: Path) -> None:
    house = make_house(
        tmp_path,
        sources=[slack_source(shared(tmp_path)), *catalogue_source(tmp_path)],
        destinations=CARTRIDGE,
    )
    run(house)
    item, other = (str(row.id) for row in desk.queue(house).rows)
    deciding.decide(house, item, APPROVE, "curator")
    deliver(house, "cartridge")
    deciding.decide(house, item, RETRACT, "curator")
    deciding.undo(house, "curator", item)
    shared(tmp_path, reply(2))
    run(house)
    deciding.decide(house, other, APPROVE, "curator")
    run(house)
    assert "Ten checks" not in in_cartridge(house)
    with house.store.read() as session:
        rows = {str(row.item_id): row.action for row in session.exec(select(Delivery))}
    assert rows == {item: Action.RETRACT, other: Action.UPSERT}


def catalogue_source(folder: Path) -> list[dict[str, object]]:
    return [file_source(records(folder, [article(1)]))]


def test_words_that_changed_since_they_were_shown_are_not_approved(tmp_path: Path) -> None:
    house = catalogue(tmp_path, article(1))
    run(house)
    [row] = desk.queue(house).rows
    records(tmp_path, [article(1, title="Something else altogether")])
    run(house)
    with pytest.raises(Denied, match="changed since it was shown"):
        deciding.decide(house, str(row.id), APPROVE, "curator", seen=row.revision)
    [again] = desk.queue(house, (ItemState.WAITING,)).rows
    deciding.decide(house, str(row.id), APPROVE, "curator", seen=again.revision)


def test_words_that_any_step_blocks_are_shown_by_no_command(tmp_path: Path) -> None:
    house = catalogue(tmp_path, article(1))
    with_moody(house, "words").finding = Finding("block", "words.blocked", {"found": 1})
    run(house)
    shown = repr(desk.show(house, only(house, ItemState.QUARANTINED)))
    assert "words.blocked" in shown
    assert "ladders" not in shown
    assert "learning.example.org" not in shown

"""`gleanery people`, `gleanery basis` and `gleanery privacy-sheet` as a person meets them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from gleanery.config import load
from gleanery.flow.founding import open_house
from gleanery.model.people import Person
from gleanery.testing import NOON
from tests.flow.people import deeds
from tests.house import write_config
from tests.test_cli import gleanery, refused, terminal, told

__all__ = ["terminal"]

ACCOUNT = "slack:T1:U1"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A founded house with a text to consent to."""
    write_config(tmp_path, people={"contact": "privacy@example.org"})
    told("init", cwd=tmp_path)
    (tmp_path / "consent.md").write_text("I agree that my learning is recorded.\n")
    told("basis", "text", "learning-record", "consent.md", cwd=tmp_path)
    return tmp_path


def linked(house: Path, account: str = ACCOUNT) -> str:
    """The id of a new person with a verified account."""
    return str(told("people", "link", "new", account, "--verified", cwd=house)["person"])


def consent(house: Path, person: str) -> str:
    made = told("basis", "add", "consent", "learning-record", "--person", person, cwd=house)
    return str(made["basis"])


def act(house: Path, person: str, events: int = 3) -> None:
    """Have a person do things, as the house's own steps would tell it."""
    opened = open_house(load(house / "config.yaml"))
    with opened.store.read() as session:
        whose = session.get_one(Person, UUID(person))
    for number in range(events):
        deeds.act(opened, whose, f"e{number}", done_at=NOON)
    opened.close()


def entries(house: Path) -> list[dict[str, Any]]:
    lines = gleanery("audit", "export", cwd=house).stdout.splitlines()
    return [entry for entry in map(json.loads, lines) if "action" in entry]


def actions(house: Path) -> list[str]:
    return [entry["action"] for entry in entries(house)]


def test_a_person_is_linked_found_shown_and_unlinked(house: Path) -> None:
    person = linked(house)
    [found] = told("people", "find", ACCOUNT, cwd=house)
    assert (found["person"], found["verified"]) == (person, True)
    told("people", "unlink", ACCOUNT, "--why", "mistake", cwd=house)
    shown = told("people", "show", person[:8], cwd=house)
    assert [(one["account"], one["why"]) for one in shown["accounts"]] == [(ACCOUNT, "mistake")]
    [found] = told("people", "find", ACCOUNT, cwd=house)
    assert found["person"] is None
    assert "linked to nobody" in refused("people", "unlink", ACCOUNT, cwd=house, code=4)


def test_an_account_of_somebody_else_is_not_taken_over_by_accident(house: Path) -> None:
    linked(house)
    message = refused("people", "link", "new", ACCOUNT, cwd=house, code=4)
    assert "--move" in message
    assert told("people", "link", "new", ACCOUNT, "--move", cwd=house)["verified"] is False


def test_a_merge_keeps_both_ids_and_a_split_gives_them_back(house: Path) -> None:
    first, second = linked(house), linked(house, "slack:T1:U2")
    assert told("people", "merge", second, first, cwd=house)["person"] == first
    assert told("people", "show", second, cwd=house)["id"] == first
    assert len([one for one in told("people", "list", cwd=house) if one["staff"] is None]) == 1
    assert told("people", "split", second, cwd=house)["person"] == second
    assert told("people", "show", second, cwd=house)["id"] == second


def test_consent_is_given_shown_with_its_text_and_withdrawn_with_what_rests_on_it(house: Path) -> None:
    person = linked(house)
    basis = consent(house, person)
    act(house, person)
    shown = told("basis", "show", basis[:8], cwd=house)
    assert shown["text"]["body"] == "I agree that my learning is recorded."
    assert (shown["rests_on_it"], shown["voided"]) == (3, 0)
    withdrawn = told("basis", "withdraw", "--person", person, "--purpose", "learning-record", cwd=house)
    assert withdrawn == {"bases": [basis], "voided": 3}
    assert told("basis", "list", cwd=house) == []
    [gone] = told("basis", "list", "--ended", cwd=house)
    assert gone["why"] == "withdrawn"
    assert told("basis", "show", basis, cwd=house)["voided"] == 3
    assert told("audit", "verify", cwd=house)["audit"] == "verified"


def test_a_consent_stays_with_the_id_that_gave_it_when_a_merge_is_taken_back(house: Path) -> None:
    first, second = linked(house), linked(house, "slack:T1:U2")
    told("people", "merge", first, second, cwd=house)
    basis = consent(house, second)
    told("people", "split", second, cwd=house)
    assert told("basis", "list", "--person", first, cwd=house) == []
    assert [one["id"] for one in told("basis", "list", "--person", second, cwd=house)] == [basis]


def test_a_basis_for_longer_than_the_one_there_is_entered(house: Path) -> None:
    def add(*days: str) -> object:
        words = ("works-agreement", "learning-record", "--reference", "WA 7", *days)
        return told("basis", "add", *words, cwd=house)["basis"]

    planned = add("--since", "2090-01-01")
    short = add("--until", "2080-01-01")
    assert add("--until", "2079-01-01") == short
    longer = add()
    assert len({planned, short, longer}) == 3
    assert add("--until", "2085-01-01") == add() == longer


def test_each_version_of_a_text_is_kept(house: Path) -> None:
    (house / "consent.md").write_text("I agree, and I can withdraw at any time.")
    assert told("basis", "text", "learning-record", "consent.md", cwd=house)["version"] == 2
    assert told("basis", "text", "learning-record", "consent.md", cwd=house)["version"] == 2
    texts = told("basis", "text", cwd=house)
    assert [row["version"] for row in texts] == [1, 2]
    assert texts[0]["body"] == "I agree that my learning is recorded."


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["consent", "learning-record"], "one person's"),
        (["consent", "social-activity", "--person", "PERSON"], "text for its purpose"),
        (["works-agreement", "social-activity"], "reference"),
        (["contract", "learning-record", "--reference", "C 1", "--needs-consent"], "agreement"),
        (
            ["contract", "learning-record", "--reference", "C", "--person", "PERSON", "--unit", "x"],
            "or for everyone",
        ),
        (["contract", "learning-record", "--reference", "C", "--until", "2020-01-01"], "before it begins"),
        (["consent", "learning-record", "--person", "PERSON", "--since", "2020-01-01"], "before it is given"),
    ],
)
def test_a_basis_that_could_carry_nothing_is_refused(house: Path, words: list[str], message: str) -> None:
    person = linked(house)
    given = [person if word == "PERSON" else word for word in words]
    assert message in refused("basis", "add", *given, cwd=house, code=5)


def test_an_agreement_is_ended_not_withdrawn(house: Path) -> None:
    made = told("basis", "add", "works-agreement", "social-activity", "--reference", "WA 7", cwd=house)
    assert "no consent" in refused("basis", "withdraw", made["basis"], cwd=house, code=4)
    person = linked(house)
    assert "withdrawn, not ended" in refused("basis", "end", consent(house, person), cwd=house, code=4)
    told("basis", "end", made["basis"], cwd=house)
    assert "ended already" in refused("basis", "end", made["basis"], cwd=house, code=4)


def test_every_change_and_every_reading_is_in_the_audit_log_without_a_name(house: Path) -> None:
    person = linked(house)
    consent(house, person)
    told("people", "list", cwd=house)
    told("people", "show", person, cwd=house)
    told("people", "find", ACCOUNT, cwd=house)
    told("basis", "list", cwd=house)
    told("basis", "withdraw", "--person", person, "--purpose", "learning-record", cwd=house)
    seen = actions(house)
    for action in ("person.made", "handle.linked", "consent.text", "basis.given", "basis.withdrawn"):
        assert action in seen
    assert seen.count("record.read") == 4
    assert ACCOUNT not in json.dumps(entries(house))
    assert "U1" not in json.dumps(entries(house))


LIST = "id;unit;account:slack:T1;name\n1;Dock;U1;A\n2;Yard;;B\n;Yard;U3;C\n"


def test_an_hr_list_is_tried_brought_in_and_taken_back(house: Path) -> None:
    (house / "people.csv").write_text(LIST)
    tried = told("people", "import", "people.csv", "--dry-run", cwd=house)
    assert [step["what"] for step in tried["steps"]] == ["joins", "linked", "joins"]
    assert tried["faults"] == [{"line": 4, "message": "the id is missing or too long"}]
    assert tried["passed_over"] == ["name"]
    done = told("people", "import", "people.csv", cwd=house)
    assert [step["what"] for step in done["steps"]] == ["joins", "linked", "joins"]
    [found] = told("people", "find", "1", cwd=house)
    assert found["by"] == "hr-number"
    assert told("people", "show", str(found["person"]), cwd=house)["hr_number"] == "1"
    assert told("people", "import", "people.csv", cwd=house)["unchanged"] == 2
    assert told("people", "import", "--undo", cwd=house)["undone"] == 3
    assert gleanery("people", "find", "1", cwd=house).returncode == 7


def test_a_list_that_is_none_is_refused_with_the_remedy(house: Path) -> None:
    (house / "people.csv").write_text("name;mail\nA;B\n")
    assert "--column id=HEADING" in refused("people", "import", "people.csv", cwd=house, code=5)
    assert "people.xlsx" in refused("people", "import", "people.xlsx", cwd=house, code=5)
    assert gleanery("people", "import", cwd=house).returncode == 2


def test_every_command_has_its_human_form(house: Path) -> None:
    (house / "people.csv").write_text(LIST)
    person = linked(house, "slack:T1:U9")
    basis = consent(house, person)
    for words in (
        ["people", "import", "people.csv", "--dry-run"],
        ["people", "list"],
        ["people", "show", person],
        ["people", "find", "slack:T1:U9"],
        ["basis", "list"],
        ["basis", "show", basis],
        ["basis", "text"],
        ["people", "unlink", "slack:T1:U9"],
        ["basis", "withdraw", basis],
        ["privacy-sheet"],
    ):
        done = gleanery(*words, cwd=house)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.strip()


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "What is kept about persons"), ("de", "Was über Personen gespeichert wird")],
)
def test_the_privacy_sheet_comes_in_three_forms_and_two_languages(
    house: Path, language: str, title: str
) -> None:
    def sheet(form: str) -> str:
        return gleanery("privacy-sheet", "--format", form, "--language", language, cwd=house).stdout

    assert sheet("md").startswith(f"# {title}\n")
    assert sheet("html").startswith(f'<!doctype html>\n<html lang="{language}">')
    assert json.loads(sheet("json"))["title"] == title

"""Items as entries in Moodle: nothing twice, nothing lost, nothing of a teacher's overwritten unsaid."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from gleanery.errors import BadInput, ConfigError, Conflict, Denied, Gone, Unreachable
from gleanery.http import GuardedHttp
from gleanery.ports import Context
from gleanery.testing import check_adapter, make_context
from lms_adapters.moodle import Moodle, Settings
from tests.conftest import ROOT
from tests.lms_adapters.items import item, item_id
from tests.lms_adapters.moodle.conftest import MakeAdapter
from tests.moodle_server import MoodleServer

ADD, UPDATE, DELETE, GET = (f"mod_data_{verb}_entry" for verb in ("add", "update", "delete", "get"))


def test_it_keeps_the_contract_of_adapters(make: MakeAdapter, moodle: MoodleServer) -> None:
    check_adapter(make, item())
    assert moodle.entries == []
    assert len(moodle.called(ADD)) == 1


def test_a_new_entry_is_held_for_a_teacher(make: MakeAdapter, moodle: MoodleServer) -> None:
    receipt = make().upsert(item(), None)
    (entry,) = moodle.entries
    assert receipt.remote_id == str(entry["id"])
    assert receipt.url == f"{moodle.url}/mod/data/view.php?d={moodle.activity.id}&rid={entry['id']}"
    assert "Held for a teacher's approval" in receipt.note
    assert receipt.recallable
    assert entry["approved"] is False
    assert moodle.content(entry, "Title") == "Item 1"
    assert moodle.content(entry, "gleanery_id") == str(item_id(1))
    assert moodle.called("mod_data_approve_entry") == []


def test_an_account_that_may_approve_has_its_entries_shown_at_once(
    recordings: Path, context: Context
) -> None:
    with MoodleServer(recordings=recordings, approves=True) as moodle:
        settings = Settings(url=moodle.url, token=moodle.token, database=moodle.activity.id)
        assert Moodle(settings, context).upsert(item(), None).note == ""


@pytest.mark.parametrize("lost", [ADD, GET])
def test_a_create_whose_answer_was_lost_is_found_again(
    make: MakeAdapter, moodle: MoodleServer, lost: str
) -> None:
    moodle.lose_next_answer(lost)
    with pytest.raises(Unreachable):
        make().upsert(item(), None)
    receipt = make().upsert(item(), None)
    assert [str(entry["id"]) for entry in moodle.entries] == [receipt.remote_id]
    assert len(moodle.called(ADD)) == 1


def test_an_entry_that_only_mentions_the_id_is_not_taken_for_it(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    other = make().upsert(item(2, title=f"About {item_id(1)}"), None)
    receipt = make().upsert(item(1), None)
    assert receipt.remote_id != other.remote_id
    assert len(moodle.entries) == 2


def test_a_newer_revision_updates_the_entry(make: MakeAdapter, moodle: MoodleServer) -> None:
    first = make().upsert(item(), None)
    receipt = make().upsert(item(title="New", revision=2), first.remote_id)
    assert receipt.remote_id == first.remote_id
    assert [moodle.content(entry, "Title") for entry in moodle.entries] == ["New"]
    assert "edited" not in receipt.note


def test_an_entry_that_holds_it_all_is_left_alone_so_that_it_stays_approved(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    first = make().upsert(item(), None)
    moodle.entries[0]["approved"] = True
    receipt = make().upsert(item(revision=2), first.remote_id)
    assert moodle.called(UPDATE) == []
    assert moodle.entries[0]["approved"] is True
    assert receipt.note == ""


def test_a_change_sends_an_approved_entry_back_to_wait_and_the_receipt_says_so(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    first = make().upsert(item(), None)
    moodle.entries[0]["approved"] = True
    assert "Held" in make().upsert(item(title="New", revision=2), first.remote_id).note


def test_an_entry_that_a_teacher_edited_is_replaced_by_a_newer_revision_only_and_not_unsaid(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    first = make().upsert(item(), None)
    moodle.activity.edit(moodle.entries[0], "Title", "Teacher's words")
    make().upsert(item(), first.remote_id)
    assert moodle.content(moodle.entries[0], "Title") == "Teacher's words"
    receipt = make().upsert(item(title="New", revision=2), first.remote_id)
    assert moodle.content(moodle.entries[0], "Title") == "New"
    assert "had been edited in Moodle" in receipt.note


def test_an_entry_that_a_teacher_deleted_comes_back_only_with_a_newer_revision(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    first = make().upsert(item(), None)
    moodle.activity.delete(moodle.entries[0])
    with pytest.raises(Gone, match="was deleted in Moodle"):
        make().upsert(item(), first.remote_id)
    assert moodle.entries == []
    receipt = make().upsert(item(title="New", revision=2), first.remote_id)
    assert [str(entry["id"]) for entry in moodle.entries] == [receipt.remote_id]
    assert receipt.remote_id != first.remote_id


def test_a_deleted_entry_of_which_nothing_is_remembered_does_not_come_back(make: MakeAdapter) -> None:
    with pytest.raises(Gone):
        make().upsert(item(revision=9), "77")


def test_an_entry_we_retracted_comes_back_when_it_is_approved_again(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    first = make().upsert(item(), None)
    make().retract(item_id(1), first.remote_id)
    assert make().upsert(item(), first.remote_id).remote_id != first.remote_id
    assert len(moodle.entries) == 1


def test_an_entry_of_another_item_is_never_touched(make: MakeAdapter, moodle: MoodleServer) -> None:
    other = make().upsert(item(2), None)
    with pytest.raises(Conflict, match="left alone"):
        make().upsert(item(1), other.remote_id)
    with pytest.raises(Conflict):
        make().retract(item_id(1), other.remote_id)
    assert [moodle.content(entry, "Title") for entry in moodle.entries] == ["Item 2"]


def test_an_entry_that_moved_to_another_number_is_found_by_its_id_field(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    other, first = make().upsert(item(2), None), make().upsert(item(1), None)
    assert make().upsert(item(1, title="New", revision=2), other.remote_id).remote_id == first.remote_id
    assert sorted(moodle.content(entry, "Title") for entry in moodle.entries) == ["Item 2", "New"]


def test_two_entries_of_one_item_are_told(make: MakeAdapter, moodle: MoodleServer) -> None:
    first, second = make().upsert(item(1), None), make().upsert(item(2), None)
    moodle.activity.edit(moodle.entries[1], "gleanery_id", str(item_id(1)))
    receipt = make().upsert(item(1), None)
    assert receipt.remote_id == first.remote_id
    assert f"Entries {second.remote_id} name the same item" in receipt.note
    make().retract(item_id(1), first.remote_id)
    assert moodle.entries == []


def test_retracting_removes_the_entry_with_or_without_its_number(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    first = make().upsert(item(1), None)
    make().upsert(item(2), None)
    assert make().retract(item_id(1), first.remote_id).note == "Removed from Moodle."
    assert make().retract(item_id(2), None).note == "Removed from Moodle."
    assert moodle.entries == []
    assert make().retract(item_id(1), first.remote_id).note == "It was no longer in Moodle."


def test_a_delete_whose_answer_was_lost_is_done_when_repeated(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    first = make().upsert(item(), None)
    moodle.lose_next_answer(DELETE)
    with pytest.raises(Unreachable):
        make().retract(item_id(1), first.remote_id)
    assert make().retract(item_id(1), first.remote_id).note == "It was no longer in Moodle."


def test_an_entry_deleted_between_looking_and_deleting_counts_as_removed(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    first = make().upsert(item(), None)
    moodle.fail_next("no_entry", DELETE)
    assert make().retract(item_id(1), first.remote_id).remote_id == first.remote_id


def test_an_entry_that_moodle_declines_softly_is_an_error_with_its_reason(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    moodle.fail_next("not_saved", ADD)
    with pytest.raises(BadInput) as caught:
        make().upsert(item(), None)
    assert moodle.recordings.body(ADD, "value_not_json")["generalnotifications"][0] in str(caught.value)


def test_an_update_that_moodle_declines_softly_names_the_field(
    make: MakeAdapter, moodle: MoodleServer
) -> None:
    first = make().upsert(item(), None)
    moodle.fail_next("not_updated", UPDATE)
    with pytest.raises(BadInput, match="Reviewer: You must supply a value here"):
        make().upsert(item(title="New", revision=2), first.remote_id)


def test_an_id_field_that_does_not_keep_the_id_is_noticed(make: MakeAdapter, moodle: MoodleServer) -> None:
    """A menu field under the id's name would lose it; a text field that Moodle emptied is the same case."""
    adapter = make()
    adapter.upsert(item(2), None)
    moodle.activity.fields[-1] |= {"type": "multimenu", "param1": "a\nb"}
    with pytest.raises(BadInput, match="did not keep the item's id"):
        adapter.upsert(item(1), None)


@pytest.mark.parametrize(
    ("failure", "kind"), [("noaccess", Denied), ("nopermissions", Denied), ("accessexception", ConfigError)]
)
def test_a_refused_update_leaves_the_entry_as_it_was(
    make: MakeAdapter, moodle: MoodleServer, failure: str, kind: type[Exception]
) -> None:
    first = make().upsert(item(), None)
    moodle.fail_next(failure, UPDATE)
    with pytest.raises(kind):
        make().upsert(item(title="New", revision=2), first.remote_id)
    assert moodle.content(moodle.entries[0], "Title") == "Item 1"


def test_a_number_that_is_none_is_refused_before_it_travels(make: MakeAdapter, moodle: MoodleServer) -> None:
    with pytest.raises(BadInput, match="not the number of an entry"):
        make().upsert(item(), "7 or 1=1")
    assert moodle.called(GET) == []


def test_it_is_no_batch_adapter(make: MakeAdapter) -> None:
    with pytest.raises(NotImplementedError, match="upsert"):
        make().publish([item()])


def test_the_token_is_in_no_address_and_nothing_is_kept_of_it(
    make: MakeAdapter, moodle: MoodleServer, context: Context
) -> None:
    make().upsert(item(), None)
    assert all(call.method == "POST" and call.query == "" for call in moodle.requests)
    assert moodle.token not in json.dumps(str(vars(context.store)))


KILLED_AFTER_ADDING = """
import os, sys
from pathlib import Path
from gleanery.http import GuardedHttp
from gleanery.testing import make_context
from lms_adapters.moodle import Moodle, Settings
from tests.lms_adapters.items import item
url, host, token, database, folder = sys.argv[1:]

class KilledAfterAdding(GuardedHttp):
    def post(self, url, *, data=None, headers=None):
        answer = super().post(url, data=data, headers=headers)
        if data["wsfunction"] == "mod_data_add_entry":
            os.kill(os.getpid(), 9)
        return answer

settings = Settings(url=url, token=token, database=int(database))
Moodle(settings, make_context(Path(folder), KilledAfterAdding(entered=[host]))).upsert(item(), None)
"""


def test_a_process_killed_after_its_create_leaves_one_entry_for_the_next(
    make: MakeAdapter, moodle: MoodleServer, tmp_path: Path
) -> None:
    arguments = [moodle.url, moodle.host, moodle.token, str(moodle.activity.id), str(tmp_path)]
    done = subprocess.run([sys.executable, "-c", KILLED_AFTER_ADDING, *arguments], cwd=ROOT, check=False)
    assert done.returncode == -9
    assert make().upsert(item(), None).remote_id == "1"
    assert len(moodle.entries) == 1


def test_a_server_keeps_its_entries_in_a_file(tmp_path: Path, http: GuardedHttp) -> None:
    state = tmp_path / "moodle.json"
    ids = []
    for number in (1, 2):
        with MoodleServer(state=state) as moodle:
            settings = Settings(url=moodle.url, token=moodle.token, database=moodle.activity.id)
            adapter = Moodle(settings, make_context(tmp_path, http))
            ids.append(adapter.upsert(item(number), None).remote_id)
            assert len(moodle.entries) == number
    assert ids == ["1", "2"]

"""The chain and its checkpoints, on a log as small as a log can be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xapi import chain
from xapi.chain import CheckpointFile, Entry, Head, Signer, Verdict, entry_hash, genesis
from xapi.errors import Tampered, XapiError

NOW = datetime(2024, 5, 1, tzinfo=UTC)
ORGANISATION = "3c2f8c8e-8f0e-4a6e-9a52-0e8a3b1d5c77"


class Ledger:
    """A log in memory."""

    name = "audit"

    def __init__(self, lines: int = 0) -> None:
        self.rows: list[Entry] = []
        self.stored_head: Head | None = None
        for number in range(1, lines + 1):
            self.add(f"line {number}".encode())

    def add(self, *parts: bytes) -> None:
        head = self._last()
        seq = head.seq + 1
        numbered = (seq.to_bytes(8, "big"), *parts)
        self.rows.append(Entry(seq, numbered, entry_hash(head.hash, *numbered)))

    def head(self) -> Head:
        return self.stored_head or self._last()

    def entries(self) -> Iterator[Entry]:
        return iter(list(self.rows))

    def rewritten(self) -> None:
        """Computes the whole chain anew, as somebody who knows how can."""
        parts = [row.parts[1:] for row in self.rows]
        self.rows = []
        for part in parts:
            self.add(*part)

    def _last(self) -> Head:
        return Head(self.rows[-1].seq, self.rows[-1].hash) if self.rows else Head(0, genesis(self.name))


class Places:
    """A signer and the two places of its checkpoints."""

    def __init__(self, folder: Path) -> None:
        self.signer = Signer.load_or_create(folder / "keys" / "signing.pem")
        self.local = CheckpointFile(folder / "data" / "checkpoints.jsonl")
        self.elsewhere = CheckpointFile(folder / "other" / "checkpoints.jsonl")
        self.at = NOW

    def seal(self, log: chain.Log) -> None:
        self.at += timedelta(minutes=1)
        files = [self.local, self.elsewhere]
        chain.seal(log, signer=self.signer, organisation=ORGANISATION, files=files, at=self.at)

    def verify(self, log: chain.Log, *, local_only: bool = False) -> Verdict:
        return chain.verify(
            log,
            organisation=ORGANISATION,
            public_key=self.signer.public_bytes(),
            local=self.local,
            elsewhere=None if local_only else self.elsewhere,
        )

    def accept(self, log: chain.Log, note: str = "restored after a disk failure") -> None:
        self.at += timedelta(minutes=1)
        chain.accept_restore(
            log,
            signer=self.signer,
            organisation=ORGANISATION,
            local=self.local,
            elsewhere=self.elsewhere,
            at=self.at,
            note=note,
        )


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def sealed(places: Places, *upto: int) -> Ledger:
    """A log sealed after each of these numbers of lines."""
    log = Ledger()
    for target in upto:
        while log.head().seq < target:
            log.add(f"line {log.head().seq + 1}".encode())
        places.seal(log)
    return log


def test_an_untouched_log_is_whole_and_verified_elsewhere(places: Places) -> None:
    log = sealed(places, 5, 10)
    verdict = places.verify(log)
    assert (verdict.ok, verdict.entries, verdict.first_bad) == (True, 10, None)
    assert (verdict.scope, verdict.protected_until, verdict.unprotected) == ("verified elsewhere", 10, 0)


def test_an_empty_log_is_whole(places: Places) -> None:
    verdict = places.verify(Ledger())
    assert (verdict.ok, verdict.entries, verdict.scope) == (True, 0, "local only")


def test_what_lies_after_the_last_checkpoint_is_stated_as_unprotected(places: Places) -> None:
    log = sealed(places, 10)
    log.add(b"after the checkpoint")
    log.add(b"and another")
    verdict = places.verify(log)
    assert (verdict.ok, verdict.protected_until, verdict.unprotected) == (True, 10, 2)


def test_with_checkpoints_beside_the_log_only_the_scope_is_local(places: Places) -> None:
    log = sealed(places, 10)
    verdict = places.verify(log, local_only=True)
    assert (verdict.ok, verdict.scope, verdict.protected_until) == (True, "local only", 10)
    assert "no second place" in verdict.notes[0]


def test_an_altered_entry_is_named(places: Places) -> None:
    log = sealed(places, 10)
    row = log.rows[3]
    log.rows[3] = row._replace(parts=(row.parts[0], b"something else"))
    verdict = places.verify(log)
    assert (verdict.ok, verdict.first_bad) == (False, 4)


def test_a_deleted_entry_is_named(places: Places) -> None:
    log = sealed(places, 10)
    del log.rows[3]
    verdict = places.verify(log)
    assert (verdict.ok, verdict.first_bad) == (False, 4)
    assert "missing" in verdict.reason


def test_a_deleted_entry_is_named_though_the_others_were_renumbered(places: Places) -> None:
    log = sealed(places, 10)
    del log.rows[3]
    log.rows = [row._replace(seq=number) for number, row in enumerate(log.rows, 1)]
    log.stored_head = Head(9, log.rows[-1].hash)
    assert places.verify(log).first_bad == 4


def test_swapped_entries_are_named(places: Places) -> None:
    log = sealed(places, 10)
    one, two = log.rows[3], log.rows[6]
    log.rows[3], log.rows[6] = two._replace(seq=4), one._replace(seq=7)
    assert places.verify(log).first_bad == 4


def test_an_inserted_entry_is_named(places: Places) -> None:
    log = sealed(places, 10)
    log.rows.insert(3, Entry(4, (b"put in",), entry_hash(log.rows[2].hash, b"put in")))
    log.rows[4:] = [row._replace(seq=row.seq + 1) for row in log.rows[4:]]
    log.stored_head = Head(11, log.rows[-1].hash)
    assert places.verify(log).first_bad == 5


def test_an_entry_put_in_behind_the_head_is_named(places: Places) -> None:
    log = sealed(places, 10)
    head = log.head()
    log.add(b"put in")
    log.stored_head = head
    assert places.verify(log).first_bad == 11


def test_a_cut_tail_is_named_though_the_head_was_moved(places: Places) -> None:
    log = sealed(places, 10)
    del log.rows[7:]
    verdict = places.verify(log)
    assert (verdict.ok, verdict.first_bad) == (False, 8)
    assert "tail was cut off" in verdict.reason


def test_a_cut_tail_after_the_last_checkpoint_is_named_where_the_head_still_counts_it(places: Places) -> None:
    log = sealed(places, 8)
    log.add(b"line 9")
    log.stored_head = log.head()
    del log.rows[8:]
    assert places.verify(log).first_bad == 9


def test_a_chain_computed_anew_is_named_from_the_last_agreeing_checkpoint(places: Places) -> None:
    log = sealed(places, 5, 10, 15)
    log.rows[7] = log.rows[7]._replace(parts=(log.rows[7].parts[0], b"altered"))
    log.rewritten()
    verdict = places.verify(log)
    assert (verdict.ok, verdict.first_bad) == (False, 6)
    assert "rewritten" in verdict.reason


def test_an_older_backup_with_its_own_checkpoints_is_found_by_the_second_place(places: Places) -> None:
    log = sealed(places, 5)
    backup = list(log.rows), places.local.path.read_bytes()
    for number in range(6, 11):
        log.add(f"line {number}".encode())
    places.seal(log)
    log.rows = backup[0]
    places.local.path.write_bytes(backup[1])
    verdict = places.verify(log)
    assert (verdict.ok, verdict.first_bad) == (False, 6)
    assert "backup was restored" in verdict.reason
    assert places.verify(log, local_only=True).ok


def restored(places: Places, growing: int) -> Ledger:
    """A log restored from a backup at 5 of 10 lines, then grown by some lines."""
    log = sealed(places, 3, 5)
    backup = list(log.rows), places.local.path.read_bytes()
    for number in range(6, 11):
        log.add(f"line {number}".encode())
    places.seal(log)
    log.rows = backup[0]
    places.local.path.write_bytes(backup[1])
    for number in range(growing):
        log.add(f"line after the restore {number}".encode())
    return log


@pytest.mark.parametrize("growing", [0, 2, 5, 8])
def test_an_accepted_restore_opens_an_epoch_and_verifies_again(places: Places, growing: int) -> None:
    log = restored(places, growing)
    assert not places.verify(log).ok
    places.accept(log)
    verdict = places.verify(log)
    assert (verdict.ok, verdict.epoch, verdict.unprotected) == (True, 2, 0)
    assert "restored after a disk failure" in verdict.notes[0]
    assert "no longer bind" in verdict.notes[1]


def test_after_an_accepted_restore_the_log_is_sealed_and_guarded_as_before(places: Places) -> None:
    log = restored(places, 2)
    places.accept(log)
    log.add(b"new line")
    places.seal(log)
    assert places.local.last(ORGANISATION, "audit") == places.elsewhere.last(ORGANISATION, "audit")
    assert places.verify(log).protected_until == 8
    del log.rows[6:]
    assert places.verify(log).first_bad == 7


def test_an_accepted_restore_still_guards_what_came_before_it(places: Places) -> None:
    log = restored(places, 2)
    places.accept(log)
    log.rows[1] = log.rows[1]._replace(parts=(log.rows[1].parts[0], b"altered"))
    log.rewritten()
    assert places.verify(log).first_bad == 1


def test_a_broken_chain_cannot_be_accepted_as_a_restore(places: Places) -> None:
    log = restored(places, 0)
    log.rows[1] = log.rows[1]._replace(parts=(b"altered",))
    with pytest.raises(Tampered, match="entry 2"):
        places.accept(log)


def test_there_is_nothing_to_accept_in_a_whole_log(places: Places) -> None:
    log = sealed(places, 5)
    with pytest.raises(XapiError, match="no restore"):
        places.accept(log)


def test_checkpoints_removed_beside_the_log_are_named(places: Places) -> None:
    log = sealed(places, 5, 10, 15)
    lines = places.local.path.read_bytes().splitlines(keepends=True)
    places.local.path.write_bytes(lines[0] + lines[2])
    verdict = places.verify(log)
    assert not verdict.ok
    assert "checkpoints.jsonl" in verdict.reason
    assert "first at 10" in verdict.reason


def test_a_forged_checkpoint_is_named_in_either_place(places: Places) -> None:
    log = sealed(places, 5, 10)
    for file in (places.local, places.elsewhere):
        before = file.path.read_bytes()
        file.path.write_bytes(before.replace(b'"seq":10', b'"seq":9'))
        verdict = places.verify(log)
        assert not verdict.ok
        assert str(file.path) in verdict.reason
        file.path.write_bytes(before)
    assert places.verify(log).ok


def test_a_line_that_is_no_checkpoint_is_named(places: Places) -> None:
    log = sealed(places, 5, 10)
    lines = places.elsewhere.path.read_bytes().splitlines(keepends=True)
    places.elsewhere.path.write_bytes(lines[0] + b"{}\n" + lines[1])
    assert "line 2 is no checkpoint" in places.verify(log).reason


def test_a_checkpoint_of_another_key_is_not_believed(places: Places, tmp_path: Path) -> None:
    log = sealed(places, 5)
    stranger = Signer.load_or_create(tmp_path / "stranger.pem")
    verdict = chain.verify(
        log, organisation=ORGANISATION, public_key=stranger.public_bytes(), local=places.local
    )
    assert not verdict.ok
    assert "no known key" in verdict.reason


def test_checkpoints_of_a_former_key_still_count(places: Places, tmp_path: Path) -> None:
    log = sealed(places, 5)
    former = places.signer.public_bytes()
    places.signer = Signer.load_or_create(tmp_path / "new.pem")
    log.add(b"line 6")
    places.seal(log)
    keys = [former, places.signer.public_bytes()]
    verdict = chain.verify(
        log, organisation=ORGANISATION, public_key=keys, local=places.local, elsewhere=places.elsewhere
    )
    assert (verdict.ok, verdict.protected_until) == (True, 6)


def test_logs_and_organisations_share_a_file_without_confusion(places: Places) -> None:
    log = sealed(places, 5)
    other = Ledger(7)
    other.name = "statements:main"
    other.rewritten()
    places.seal(other)
    chain.seal(Ledger(9), signer=places.signer, organisation="another", files=[places.local], at=NOW)
    assert (places.verify(log).protected_until, places.verify(other).protected_until) == (5, 7)


def test_a_second_place_that_missed_a_checkpoint_is_noted_and_no_alarm(places: Places) -> None:
    log = sealed(places, 5)
    log.add(b"line 6")
    chain.seal(log, signer=places.signer, organisation=ORGANISATION, files=[places.local], at=NOW)
    verdict = places.verify(log)
    assert (verdict.ok, verdict.protected_until, verdict.unprotected) == (True, 5, 1)
    assert "lacks 1 checkpoints" in verdict.notes[0]


def test_a_crash_between_commit_and_checkpoint_leaves_an_unprotected_tail_only(places: Places) -> None:
    log = sealed(places, 5)
    log.add(b"committed, then the power went")
    assert places.verify(log).ok
    places.seal(log)
    assert places.verify(log).unprotected == 0


def test_sealing_twice_writes_one_checkpoint(places: Places) -> None:
    log = sealed(places, 5)
    before = places.local.path.read_bytes()
    places.seal(log)
    assert places.local.path.read_bytes() == before


def test_an_unwritable_second_place_is_named_after_the_first_was_written(places: Places) -> None:
    log = sealed(places, 5)
    log.add(b"line 6")
    blocked = CheckpointFile(places.local.path / "below a file.jsonl")
    with pytest.raises(XapiError, match="below a file"):
        chain.seal(
            log, signer=places.signer, organisation=ORGANISATION, files=[places.local, blocked], at=NOW
        )
    last = places.local.last(ORGANISATION, "audit")
    assert last is not None
    assert last.seq == 6


def test_an_unwritable_first_place_keeps_the_second_one_unwritten(places: Places) -> None:
    log = sealed(places, 5)
    log.add(b"line 6")
    blocked = CheckpointFile(places.local.path / "below a file.jsonl")
    files = [blocked, places.elsewhere]
    with pytest.raises(XapiError, match="below a file"):
        chain.seal(log, signer=places.signer, organisation=ORGANISATION, files=files, at=NOW)
    assert places.verify(log).ok


def test_a_log_that_grows_while_it_is_verified_gives_no_false_alarm(places: Places) -> None:
    log = sealed(places, 5)

    class Growing(Ledger):
        def entries(self) -> Iterator[Entry]:
            yield from super().entries()
            self.add(b"arrived meanwhile")
            yield self.rows[-1]
            places.seal(self)

    growing = Growing()
    growing.rows = log.rows
    assert places.verify(growing).ok


@given(st.lists(st.binary(max_size=8), max_size=4), st.lists(st.binary(max_size=8), max_size=4))
def test_different_parts_never_share_a_hash(one: list[bytes], two: list[bytes]) -> None:
    start = genesis("audit")
    assert (entry_hash(start, *one) == entry_hash(start, *two)) == (one == two)


def test_a_chain_belongs_to_the_name_of_its_log() -> None:
    assert genesis("audit") != genesis("statements:main")

"""A bundle proves what it holds, on a machine that has nothing else."""

from __future__ import annotations

import json
import random
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.xapi.bundles.forging import agree, repacked, rewritten, unpacked
from tests.xapi.bundles.ledgers import NOW, ORGANISATION, Ledger, a_ledger, a_signer
from xapi.bundles import check
from xapi.checkpoints import sign
from xapi.errors import XapiError
from xapi.walk import genesis

LOGS = ["audit", "statements:main"]


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return tmp_path / "bundle.zip"


def lines(path: Path, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in unpacked(path)[name].splitlines()]


@pytest.mark.parametrize("log", LOGS)
def test_what_was_asked_for_is_whole_and_what_lies_between_is_only_hashed(bundle: Path, log: str) -> None:
    ledger = a_ledger(log)
    manifest = ledger.bundle(bundle, [6, 14])
    assert [one["seq"] for one in lines(bundle, "entries.jsonl")] == [6, 14]
    assert [one["seq"] for one in lines(bundle, "links.jsonl")] == [5, 7, 13, 15, 16, 17, 18]
    assert all("content" not in one and "salt" not in one for one in lines(bundle, "links.jsonl"))
    assert b"Arger" not in unpacked(bundle)["links.jsonl"]
    assert [one["seq"] for one in lines(bundle, "checkpoints.jsonl")] == [4, 7, 12, 18]
    assert (manifest.entries, manifest.links, manifest.checkpoints) == (2, 7, 4)
    found = check(bundle, fingerprint=ledger.fingerprint)
    assert (found.ok, found.first_bad, found.is_known) == (True, None, True)
    assert (found.log, found.organisation, found.entries, found.links) == (log, ORGANISATION, 2, 7)


@given(wanted=st.sets(st.integers(1, 18)), stretches=st.permutations([4, 3, 5, 6]))
def test_any_choice_of_entries_verifies(
    tmp_path_factory: pytest.TempPathFactory, wanted: set[int], stretches: list[int]
) -> None:
    bundle = tmp_path_factory.mktemp("any") / "bundle.zip"
    ledger = a_ledger(stretches=stretches)
    ledger.bundle(bundle, sorted(wanted))
    found = check(bundle, fingerprint=ledger.fingerprint)
    assert found.ok, found.reason
    assert found.entries == len(wanted)


def test_a_bundle_is_for_its_owner_alone_and_leaves_nothing_beside_it(bundle: Path) -> None:
    a_ledger().bundle(bundle, [1])
    assert bundle.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in bundle.parent.iterdir()] == ["bundle.zip"]


def test_an_entry_that_no_checkpoint_vouches_for_is_refused(bundle: Path) -> None:
    ledger = a_ledger()
    ledger.add()
    with pytest.raises(XapiError, match="entry 19 of statements:main is not sealed yet"):
        ledger.bundle(bundle, [19])
    assert not bundle.exists()


def test_a_log_that_is_not_what_was_sealed_makes_no_bundle(bundle: Path) -> None:
    ledger = a_ledger()
    ledger.members[5] = ledger.members[5]._replace(stored=1)
    with pytest.raises(XapiError, match="5 to 7 are not what was sealed"):
        ledger.bundle(bundle, [6])
    assert not bundle.exists()


def test_an_erased_entry_is_a_link(bundle: Path) -> None:
    ledger = a_ledger()
    ledger.members[5] = ledger.members[5]._replace(salt=b"", content=None)
    assert ledger.bundle(bundle, [5, 6]).entries == 1
    assert check(bundle).ok


# ---------------------------------------------------------------------- damage and forgery


def test_one_flipped_bit_anywhere_fails(bundle: Path) -> None:
    ledger = a_ledger()
    ledger.bundle(bundle, [6])
    whole = bundle.read_bytes()
    chance = random.Random(7)
    for place in range(0, len(whole), 2):
        bit = 1 << chance.randrange(8)
        bundle.write_bytes(whole[:place] + bytes([whole[place] ^ bit]) + whole[place + 1 :])
        found = check(bundle, fingerprint=ledger.fingerprint)
        assert not found.ok, place
        assert found.reason


@pytest.mark.parametrize("kept", [0, 1, 100, 211, 212, -1, -300])
def test_a_bundle_cut_short_or_prolonged_fails(bundle: Path, kept: int) -> None:
    a_ledger().bundle(bundle, [6])
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[:kept])
    assert not check(bundle).ok
    bundle.write_bytes(whole + b"\n")
    assert not check(bundle).ok
    bundle.write_bytes(b"\n" + whole)
    assert not check(bundle).ok


def set_on(place: int, **values: Any) -> Callable[[list[Any]], None]:
    return lambda all_lines: all_lines[place].update(values)


def drop(place: int) -> Callable[[list[Any]], None]:
    return lambda all_lines: all_lines.pop(place)


FORGERIES: dict[str, tuple[str, Callable[[list[Any]], None], int | None]] = {
    "other content": ("entries.jsonl", set_on(0, content='{"number":6}'), 6),
    "another time": ("entries.jsonl", set_on(0, stored="2024-05-01T10:00:00.000000Z"), 6),
    "another authority": ("entries.jsonl", set_on(1, authority='{"name":"else"}'), 14),
    "another id": ("entries.jsonl", set_on(1, id=ORGANISATION), 14),
    "another link": ("links.jsonl", set_on(0, content_hash="00" * 32), 5),
    "no such time": ("links.jsonl", set_on(0, stored="yesterday"), 5),
    "an entry left out": ("entries.jsonl", drop(0), 6),
    "a link left out": ("links.jsonl", drop(1), 7),
    "a tail left out": ("links.jsonl", drop(-1), 18),
    "an entry twice": ("entries.jsonl", lambda all_lines: all_lines.insert(0, all_lines[0]), 6),
    "entries changed places": ("entries.jsonl", lambda all_lines: all_lines.reverse(), 6),
    "a checkpoint moved on": ("checkpoints.jsonl", set_on(1, seq=6), None),
    "a checkpoint for another entry": ("checkpoints.jsonl", set_on(1, head="00" * 32), None),
}


@pytest.mark.parametrize("resealed", [False, True], ids=["unsealed", "resealed by the house itself"])
@pytest.mark.parametrize("name", list(FORGERIES))
def test_a_forgery_is_found_and_its_first_entry_named(bundle: Path, name: str, resealed: bool) -> None:
    """Even the house cannot: what it seals today must follow from what it signed then."""
    file, change, first_bad = FORGERIES[name]
    ledger = a_ledger()
    ledger.bundle(bundle, [6, 14])
    rewritten(bundle, file, change, ledger.signer if resealed else None)
    found = check(bundle, fingerprint=ledger.fingerprint)
    assert not found.ok
    assert found.first_bad == first_bad, found.reason


def test_a_forger_who_changes_an_entry_and_its_hash_is_found_behind_it(bundle: Path) -> None:
    ledger = a_ledger()
    ledger.bundle(bundle, [5, 6, 7])
    with_hash = {"content": "{}", "hash": "00" * 32}
    rewritten(bundle, "entries.jsonl", set_on(1, **with_hash), ledger.signer)
    assert check(bundle).first_bad == 6


def test_a_bundle_sealed_by_another_key_is_told_from_ours(bundle: Path) -> None:
    """All of it made anew by the forger, who lacks nothing but the key."""
    ours, forged = a_ledger(), a_ledger()
    forged.bundle(bundle, [6])
    assert check(bundle).ok
    assert not check(bundle).is_known
    found = check(bundle, fingerprint=ours.fingerprint)
    assert not found.ok
    assert forged.fingerprint in found.reason


def test_checkpoints_signed_by_another_key_than_the_seal_fail(bundle: Path) -> None:
    ledger, thief = a_ledger(), a_signer()
    ledger.bundle(bundle, [6])
    files = unpacked(bundle)
    agree(files, thief)
    repacked(bundle, files, thief)
    assert "was not signed by the key of this bundle" in check(bundle).reason


@pytest.mark.parametrize("extra", ["../../etc/cron.d/job", "links.jsonl", "more.txt"])
def test_files_that_are_not_of_a_bundle_are_refused(bundle: Path, extra: str) -> None:
    ledger = a_ledger()
    ledger.bundle(bundle, [6])
    with zipfile.ZipFile(bundle, "a", zipfile.ZIP_DEFLATED) as archive:
        if extra in archive.namelist():
            with pytest.warns(UserWarning, match="Duplicate name"):
                archive.writestr(extra, b"x")
        else:
            archive.writestr(extra, b"x")
    assert "does not hold just" in check(bundle).reason


def test_a_file_that_is_no_bundle_is_told_so(tmp_path: Path) -> None:
    plain = tmp_path / "plain.txt"
    plain.write_text("a shopping list " * 50)
    assert not check(plain).ok
    with pytest.raises(OSError, match="No such file"):
        check(tmp_path / "absent.zip")


# ---------------------------------------------------------------------- receipts


def receipt(ledger: Ledger, seq: int, head: bytes) -> Any:
    return sign(
        ledger.signer, organisation=ORGANISATION, log=ledger.name, epoch=1, seq=seq, head=head, at=NOW
    )


def test_a_checkpoint_that_left_earlier_must_agree(bundle: Path) -> None:
    ledger = a_ledger()
    ledger.bundle(bundle, [6])
    [end] = [one for one in ledger.checkpoints if one.seq == 7]
    assert check(bundle, receipts=[end]).ok
    for seq in (6, 7):
        found = check(bundle, receipts=[receipt(ledger, seq, genesis("other"))])
        assert (found.ok, found.first_bad) == (
            False,
            5 if seq == 6 else 7,
        )  # 4 is the last that is vouched for
    far = check(bundle, receipts=[ledger.checkpoints[-1]])
    assert far.ok
    assert far.notes == ("the receipt for entry 18 speaks of none of these entries",)


def test_receipts_of_other_logs_say_nothing_of_this_one(bundle: Path) -> None:
    ledger = a_ledger()
    ledger.bundle(bundle, [6])
    other = Ledger("audit", signer=ledger.signer)
    other.add(3)
    other.seal()
    found = check(bundle, receipts=other.checkpoints)
    assert found.ok
    assert found.notes == ("the receipts speak of other logs",)


def test_a_receipt_of_another_signer_is_none(bundle: Path) -> None:
    ledger, other = a_ledger(), a_ledger()
    ledger.bundle(bundle, [6])
    assert "was not signed" in check(bundle, receipts=other.checkpoints[:1]).reason


# ---------------------------------------------------------------------- size


def test_memory_does_not_grow_with_the_bundle(tmp_path: Path) -> None:
    peaks = [_peak(tmp_path / f"{count}.zip", count) for count in (2_000, 10_000)]
    assert peaks[1] < peaks[0] * 2 + 500_000


def _peak(path: Path, count: int) -> int:
    ledger = a_ledger(stretches=[count])
    tracemalloc.start()
    ledger.bundle(path, [count // 2])
    assert check(path).ok
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_progress_tells_every_entry_once(bundle: Path) -> None:
    told: list[int] = []
    a_ledger(stretches=[700, 900, 1500]).bundle(bundle, [1, 800, 3000], progress=told.append)
    assert sum(told) == 3100

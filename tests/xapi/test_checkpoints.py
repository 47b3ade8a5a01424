"""The file of checkpoints, as crashes leave it."""

from __future__ import annotations

import multiprocessing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from xapi.checkpoints import Checkpoint, CheckpointFile, sign
from xapi.errors import XapiError
from xapi.signer import Signer


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer.load_or_create(tmp_path / "signing.pem")


def checkpoint(signer: Signer, seq: int, log: str = "audit") -> Checkpoint:
    at = datetime(2024, 5, 1, tzinfo=UTC)
    head = seq.to_bytes(32, "big")
    return sign(signer, organisation="one", log=log, epoch=1, seq=seq, head=head, at=at)


def test_what_is_appended_is_read_in_order(tmp_path: Path, signer: Signer) -> None:
    file = CheckpointFile(tmp_path / "below" / "checkpoints.jsonl")
    for seq in (1, 2, 3):
        file.append(checkpoint(signer, seq))
    assert [one.seq for one in file.read().checkpoints] == [1, 2, 3]


def test_an_absent_file_holds_none(tmp_path: Path) -> None:
    file = CheckpointFile(tmp_path / "checkpoints.jsonl")
    assert file.read() == ([], [])
    assert file.last("one", "audit") is None


@pytest.mark.parametrize("cut", [1, 10, 100])
def test_a_torn_last_line_is_ignored_and_then_removed(tmp_path: Path, signer: Signer, cut: int) -> None:
    file = CheckpointFile(tmp_path / "checkpoints.jsonl")
    file.append(checkpoint(signer, 1), checkpoint(signer, 2))
    whole = file.path.read_bytes()
    file.path.write_bytes(whole[: -cut - 1])
    assert ([one.seq for one in file.read().checkpoints], file.read().bad_lines) == ([1], [])
    file.append(checkpoint(signer, 3))
    assert ([one.seq for one in file.read().checkpoints], file.read().bad_lines) == ([1, 3], [])


def test_a_whole_last_line_without_its_newline_is_kept(tmp_path: Path, signer: Signer) -> None:
    file = CheckpointFile(tmp_path / "checkpoints.jsonl")
    file.append(checkpoint(signer, 1))
    file.path.write_bytes(file.path.read_bytes().rstrip(b"\n"))
    assert [one.seq for one in file.read().checkpoints] == [1]
    file.append(checkpoint(signer, 2))
    assert ([one.seq for one in file.read().checkpoints], file.read().bad_lines) == ([1, 2], [])


def test_a_line_of_another_kind_within_the_file_is_counted_as_bad(tmp_path: Path, signer: Signer) -> None:
    file = CheckpointFile(tmp_path / "checkpoints.jsonl")
    file.append(checkpoint(signer, 1))
    with file.path.open("ab") as raw:
        raw.write(b"\xff\xfe\n")
    file.append(checkpoint(signer, 2))
    assert file.read().bad_lines == [2]


def test_the_last_checkpoint_is_that_of_its_own_log(tmp_path: Path, signer: Signer) -> None:
    file = CheckpointFile(tmp_path / "checkpoints.jsonl")
    file.append(checkpoint(signer, 5), checkpoint(signer, 9, "statements:main"))
    last = file.last("one", "audit")
    assert last is not None
    assert last.seq == 5
    assert file.last("two", "audit") is None


def test_the_last_checkpoint_of_a_long_file_is_found(tmp_path: Path, signer: Signer) -> None:
    file = CheckpointFile(tmp_path / "checkpoints.jsonl")
    file.append(*[checkpoint(signer, seq) for seq in range(1, 500)])
    assert file.path.stat().st_size > 128 * 1024
    last = file.last("one", "audit")
    assert last is not None
    assert last.seq == 499


def test_a_signature_covers_every_field(signer: Signer) -> None:
    keys = [signer.public_bytes()]
    good = checkpoint(signer, 5)
    assert good.is_signed_by(keys)
    for name, other in {
        "organisation": "two",
        "log": "statements:main",
        "epoch": 2,
        "seq": 6,
        "head": "00" * 32,
        "at": "2024-05-02T00:00:00.000000Z",
        "note": "more",
        "since": 3,
        "signature": "zz",
    }.items():
        fields = {field: getattr(good, field) for field in good.__struct_fields__}
        assert not Checkpoint(**(fields | {name: other})).is_signed_by(keys), name


def test_a_checkpoint_needs_an_aware_time(signer: Signer) -> None:
    naive = datetime(2024, 5, 1, tzinfo=UTC).replace(tzinfo=None)
    with pytest.raises(XapiError, match="aware"):
        sign(signer, organisation="one", log="audit", epoch=1, seq=1, head=b"", at=naive)


def test_a_checkpoint_is_told_in_universal_time(signer: Signer) -> None:
    at = datetime.fromisoformat("2024-05-01T12:00:00+02:00")
    assert at.tzinfo != UTC
    made = sign(signer, organisation="one", log="audit", epoch=1, seq=1, head=b"", at=at)
    assert made.at == "2024-05-01T10:00:00.000000Z"


def _append(path: Path, key: Path, first: int) -> None:
    signer = Signer.load(key)
    for seq in range(first, first + 20):
        CheckpointFile(path).append(checkpoint(signer, seq))


def test_processes_that_append_together_never_mix_their_lines(tmp_path: Path, signer: Signer) -> None:
    path, key = tmp_path / "checkpoints.jsonl", tmp_path / "signing.pem"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_append, args=(path, key, first)) for first in (100, 200)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    reading = CheckpointFile(path).read()
    assert reading.bad_lines == []
    assert len(reading.checkpoints) == 40
    assert all(one.is_signed_by([signer.public_bytes()]) for one in reading.checkpoints)

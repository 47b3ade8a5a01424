"""Zip archives that lie, flood or lead elsewhere are refused before anything in them is read."""

from __future__ import annotations

import random
import resource
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest

from connectors import _archive
from connectors._archive import Archive
from gleanery.errors import BadInput

MiB = 1024 * 1024


def packed(path: Path, *members: tuple[str | zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members:
            archive.writestr(name, body)
    return path


def changed(path: Path, old: bytes, new: bytes) -> Path:
    """The archive with some bytes of its directory replaced."""
    body = path.read_bytes()
    assert old in body
    path.write_bytes(body.replace(old, new))
    return path


def test_members_are_read_whole_or_as_a_stream(tmp_path: Path) -> None:
    archive = Archive(packed(tmp_path / "a.zip", ("a/b.json", b"[1]"), ("a/", b""), ("c.json", b"[2]")))
    assert list(archive.members) == ["a/b.json", "c.json"]
    assert archive.read("a/b.json", 10) == b"[1]"
    with archive.open("c.json") as stream:
        assert stream.read() == b"[2]"
    with pytest.raises(BadInput, match="larger than 2 bytes"):
        archive.read("c.json", 2)
    archive.close()


@pytest.mark.parametrize(
    "name", ["../x.json", "a/../../x.json", "/etc/x.json", "C:/x.json", "..\\x.json", "\\x", ".."]
)
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="leads out of the archive"):
        Archive(packed(tmp_path / "a.zip", (name, b"x")))


def test_a_link_to_another_file_is_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("users.json")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    with pytest.raises(BadInput, match="a link to another file"):
        Archive(packed(tmp_path / "a.zip", (link, b"/etc/passwd")))


def test_a_member_behind_a_password_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("a.json", b"x" * 20))
    body = bytearray(path.read_bytes())
    at = body.index(b"PK\x01\x02") + 8
    body[at] |= 1
    path.write_bytes(body)
    with pytest.raises(BadInput, match="needs a password"):
        Archive(path)


def test_the_same_name_twice_is_refused(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        path = packed(tmp_path / "a.zip", ("a.json", b"1"), ("a.json", b"2"))
    with pytest.raises(BadInput, match=r"'a\.json', twice"):
        Archive(path)


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("a.json", bytes(200 * MiB)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = process_time()
    with pytest.raises(BadInput, match="far more than it can honestly hold"):
        Archive(path)
    assert process_time() - began < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * 1024


def test_a_bomb_hidden_beside_honest_content_is_refused(tmp_path: Path) -> None:
    honest = random.Random(1).randbytes(2 * MiB)
    path = packed(tmp_path / "a.zip", ("photo.bin", honest), ("a.json", bytes(100 * MiB)))
    with pytest.raises(BadInput, match=r"'a\.json', which would unpack to far more"):
        Archive(path)


def test_many_small_bombs_are_refused_together(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", *((f"{n}.json", bytes(900_000)) for n in range(20)))
    with pytest.raises(BadInput, match="would unpack to far more"):
        Archive(path)


def test_a_member_longer_than_its_directory_says_is_not_read_beyond(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("a.json", b"x" * 100_000))
    changed(path, struct.pack("<L", 100_000), struct.pack("<L", 10))
    with pytest.raises(BadInput, match="is damaged"):
        Archive(path).read("a.json", 1_000)


def test_a_damaged_member_is_named(tmp_path: Path) -> None:
    noise = random.Random(1).randbytes(1_000)
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.json", noise)
    changed(path, noise[400:410], b"0123456789")
    with pytest.raises(BadInput, match=r"a\.zip holds a\.json, which is damaged"):
        Archive(path).read("a.json", 10_000)


def test_an_unknown_way_of_packing_is_named(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", ("a.json", b"x" * 100))
    body = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        struct.pack_into("<H", body, body.index(mark) + offset, 97)
    path.write_bytes(body)
    with pytest.raises(BadInput, match="cannot be unpacked"):
        Archive(path).read("a.json", 1_000)


def test_an_archive_inside_an_archive_is_left_alone(tmp_path: Path) -> None:
    inner = packed(tmp_path / "inner.zip", ("a.json", b"x")).read_bytes()
    assert list(Archive(packed(tmp_path / "a.zip", ("inner.zip", inner))).members) == ["inner.zip"]


@pytest.mark.parametrize(
    "cut", [lambda body: body[: len(body) // 2], lambda body: body[:-1], lambda body: b"PK"]
)
def test_what_is_cut_off_is_said_so(tmp_path: Path, cut: Callable[[bytes], bytes]) -> None:
    path = packed(tmp_path / "a.zip", ("a.json", b"x" * 1_000), ("b.json", b"y"))
    path.write_bytes(cut(path.read_bytes()))
    with pytest.raises(BadInput, match="is no zip archive or is cut off"):
        Archive(path)


def test_a_hundred_thousand_members_are_judged_in_three_seconds(tmp_path: Path) -> None:
    path = _many(tmp_path / "many.zip", 100_000)
    began = process_time()
    assert len(Archive(path).members) == 100_000
    assert process_time() - began < 3


def test_too_many_members_are_refused_before_they_are_listed(tmp_path: Path) -> None:
    path = _many(tmp_path / "many.zip", _archive.MAX_MEMBERS + 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = process_time()
    with pytest.raises(BadInput, match="more than 200,000 members"):
        Archive(path)
    assert process_time() - began < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 60 * 1024


def _many(path: Path, count: int) -> Path:
    """An archive of empty members, written without the library, which would take minutes."""
    names = [b"c%02d/%06d.json" % (number % 50, number) for number in range(count)]
    local = b"".join(
        struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 33, 0, 0, 0, len(n), 0) + n for n in names
    )
    central, at = bytearray(), 0
    for name in names:
        central += struct.pack(
            "<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, len(name), 0, 0, 0, 0, 0, at
        )
        central += name
        at += 30 + len(name)
    record = struct.pack(
        "<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, len(central), len(local)
    )
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(local) + len(central), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 65535, 65535, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    path.write_bytes(local + central + record + locator + end)
    return path

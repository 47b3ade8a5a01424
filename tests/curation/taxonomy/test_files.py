"""Archives of frameworks: what bursts, leads out of itself, is encrypted or breaks off is refused."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from curation.taxonomy.files import opened, tables
from gleanery.errors import BadInput

TABLE = b"id,label\nropes,ropes\n"


def packed(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.csv", content)
    return path


def test_a_folder_gives_its_tables_and_those_of_the_zips_in_it(tmp_path: Path) -> None:
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / "skills_de.csv").write_bytes(TABLE)
    packed(tmp_path / "french.zip", skills_fr=TABLE)
    (tmp_path / "notes.txt").write_text("nothing")
    found = tables(tmp_path)
    assert [one.name for one in found] == ["skills_de.csv", "skills_fr.csv"]
    for one in found:
        with opened(one) as raw:
            assert raw.read() == TABLE


def test_what_a_mac_adds_to_an_archive_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("skills_en.csv", TABLE)
        archive.writestr("__MACOSX/._skills_en.csv", b"\0\1")
    assert [one.name for one in tables(path)] == ["skills_en.csv"]


def test_an_archive_that_bursts_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = packed(tmp_path / "bomb.zip", skills_en=b"a" * 30_000_000)
    assert path.stat().st_size < 100_000
    with pytest.raises(BadInput, match="times larger than it is packed: no table is"):
        tables(path)


@pytest.mark.parametrize(
    "name", ["../skills_en.csv", "/etc/skills_en.csv", "..\\skills_en.csv", "C:/x/skills_en.csv"]
)
def test_a_member_that_leads_out_of_the_archive_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(name, TABLE)
    with pytest.raises(BadInput, match="leads out of the archive"):
        tables(path)


def test_an_archive_that_breaks_off_or_is_damaged_is_refused(tmp_path: Path) -> None:
    whole = packed(tmp_path / "a.zip", skills_en=TABLE * 200)
    content = whole.read_bytes()
    (tmp_path / "half.zip").write_bytes(content[: len(content) // 2])
    with pytest.raises(BadInput, match=r"half.zip is a zip that breaks off"):
        tables(tmp_path / "half.zip")
    place = content.index(b"skills_en.csv") + 20
    (tmp_path / "hurt.zip").write_bytes(content[:place] + b"\xff\xff\xff" + content[place + 3 :])
    [table] = tables(tmp_path / "hurt.zip")
    with pytest.raises(BadInput, match="damaged or breaks off"), opened(table) as raw:
        raw.read()


def test_an_encrypted_member_is_named(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", skills_en=TABLE)
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with pytest.raises(BadInput, match=r"skills_en.csv is encrypted"):
        tables(path)


def test_an_archive_of_too_many_files_is_refused(tmp_path: Path) -> None:
    path = packed(tmp_path / "a.zip", **{f"t{number}": b"" for number in range(5_001)})
    with pytest.raises(BadInput, match="more than 5,000 files"):
        tables(path)

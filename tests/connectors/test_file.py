"""The file connector: formats, the map of fields, faults by line, newer versions of a file."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from connectors.file import File
from connectors.file.records import look_up
from connectors.file.settings import FileSettings
from gleanery.errors import BadInput, ConfigError
from gleanery.http import GuardedHttp
from gleanery.model.posts import PostDraft
from gleanery.ports import Page
from gleanery.testing import check_connector, make_context, read_all
from tests.conftest import shared_data
from tests.house import TALKS

FIXTURES = Path(__file__).parent.parent / "fixtures" / "file"
INPUTS = sorted(path.name.removesuffix(".settings.json") for path in FIXTURES.glob("*.settings.json"))
FIELDS = {"external_id": "id", "title": "title", "url": "url"}
Make = Callable[..., File]
States = dict[str, Mapping[str, Any]]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    def made(path: Path | str, **settings: Any) -> File:
        given = {"realm": "catalogue", "fields": FIELDS, **settings}
        return File(FileSettings(path=Path(path), **given), make_context(tmp_path / "own", GuardedHttp()))

    return made


def posts_of(pages: list[Page]) -> list[PostDraft]:
    return [post for page in pages for post in page.posts]


def faults_of(pages: list[Page]) -> list[tuple[str, str]]:
    return [(fault.where, fault.message) for page in pages for fault in page.faults]


def ids(pages: list[Page]) -> list[str]:
    return [post.external_id for post in posts_of(pages)]


def table(*rows: tuple[object, ...], header: str = "id,title,url") -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows(rows)
    return f"{header}\r\n{buffer.getvalue()}"


def rows(numbers: range) -> list[tuple[object, ...]]:
    return [(n, f"Course {n}", f"https://lms.example/{n}") for n in numbers]


def packed(path: Path, **members: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), body)
    return path


def settings_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FIXTURES / f"{name}.settings.json").read_text())
    return found


@pytest.mark.parametrize("name", INPUTS)
def test_a_file_gives_the_posts_and_faults_expected_of_it(make: Make, name: str) -> None:
    pages, _ = read_all(make(FIXTURES / name, **settings_of(name)))
    expected = json.loads((FIXTURES / f"{name}.expected.json").read_text())
    assert [post.model_dump(mode="json", exclude_defaults=True) for post in posts_of(pages)] == expected[
        "posts"
    ]
    assert [list(fault) for fault in faults_of(pages)] == expected["faults"]


def test_every_fixture_has_its_settings_and_its_golden_file() -> None:
    names = {name for name in INPUTS for name in (name, f"{name}.settings.json", f"{name}.expected.json")}
    assert names == {path.name for path in FIXTURES.iterdir()}


@pytest.mark.parametrize("name", INPUTS)
def test_the_contract_of_connectors_is_kept_for_plain_and_zipped_files(
    make: Make, tmp_path: Path, name: str
) -> None:
    check_connector(lambda: make(FIXTURES / name, **settings_of(name)))
    archive = packed(tmp_path / "a.zip", **{name.replace(".", "_"): (FIXTURES / name).read_bytes()})
    check_connector(lambda: make(archive, **settings_of(name)))
    plain, _ = read_all(make(FIXTURES / name, **settings_of(name)))
    zipped, _ = read_all(make(archive, **settings_of(name)))
    assert posts_of(zipped) == posts_of(plain)
    assert faults_of(zipped) == [(f"a.zip/{where}", message) for where, message in faults_of(plain)]


def test_a_long_table_comes_in_pages_of_two_hundred_and_goes_on_where_it_stopped(
    make: Make, tmp_path: Path
) -> None:
    path = tmp_path / "long.csv"
    path.write_text(table(*rows(range(450))))
    check_connector(lambda: make(path))
    pages, states = read_all(make(path))
    assert [(len(page.posts), page.complete) for page in pages] == [(200, False), (200, False), (50, True)]
    rest = list(make(path).pages("long.csv", pages[1].state))
    assert ids(rest) == [str(n) for n in range(400, 450)]
    assert len(json.dumps(states)) < 100


def test_an_unchanged_file_is_not_read_again_and_a_changed_one_is(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table(*rows(range(3))))
    _, states = read_all(make(path))
    assert ids(read_all(make(path), states)[0]) == []
    path.write_text(table(*rows(range(4))))
    assert ids(read_all(make(path), states)[0]) == ["0", "1", "2", "3"]
    _, states = read_all(make(path), states)
    assert ids(read_all(make(path, fields={**FIELDS, "title": "url"}), states)[0]) == ["0", "1", "2", "3"]


def test_a_record_missing_from_a_newer_complete_catalogue_is_gone(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table(*rows(range(250))))
    check_connector(lambda: make(path, complete=True))
    _, states = read_all(make(path, complete=True))
    path.write_text(table(*rows(range(2, 252))))
    pages, states = read_all(make(path, complete=True), states)
    gone = [(one.platform, one.realm, one.external_id) for page in pages for one in page.gone]
    assert gone == [("file", "catalogue", "0"), ("file", "catalogue", "1")]
    again, _ = read_all(make(path, complete=True), states)
    assert [page.gone for page in again] == [()]


def test_a_crash_between_pages_loses_no_goodbye(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table(*rows(range(300))))
    _, states = read_all(make(path, complete=True))
    path.write_text(table(*rows(range(1, 300))))
    first = next(make(path, complete=True).pages("a.csv", states["a.csv"]))
    assert not first.complete
    (last,) = make(path, complete=True).pages("a.csv", json.loads(json.dumps(first.state)))
    assert [one.external_id for one in last.gone] == ["0"]


@pytest.mark.parametrize(
    "newer", ["id,title,url\r\n", table(("1", "One", "https://a.example/1"), ("2", "Two"))]
)
def test_an_empty_or_faulty_catalogue_proves_nothing_gone(make: Make, tmp_path: Path, newer: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table(*rows(range(3))))
    _, states = read_all(make(path, complete=True))
    path.write_text(newer)
    pages, states = read_all(make(path, complete=True), states)
    assert [one for page in pages for one in page.gone] == []
    path.write_text(table(*rows(range(1))))
    pages, _ = read_all(make(path, complete=True), states)
    assert [one.external_id for page in pages for one in page.gone] == ["1", "2"]


def test_a_complete_catalogue_is_one_file(make: Make, tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(table())
    with pytest.raises(ConfigError, match=r"means 2 files.*Name the one file in `path`"):
        make(tmp_path, complete=True).partitions()


def test_a_wrong_header_is_answered_with_the_nearest_column(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table(*rows(range(2)), header="id,titel,url"))
    with pytest.raises(ConfigError) as caught:
        read_all(make(path))
    assert str(caught.value) == (
        "a.csv has no column 'title' for `title`. The nearest is 'titel'; correct `fields.title`."
    )
    (line,) = make(path).check()
    assert (line.ok, line.message) == (False, caught.value.message)
    path.write_text("x,y\r\n1,2\r\n")
    with pytest.raises(ConfigError, match=r"Its columns are: x, y\.$"):
        read_all(make(path))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (
            '[{"id": 1, "title": "cut',
            "a.json: the JSON is broken: EOF while parsing a string at line 1 column 24.",
        ),
        ('{"id": NaN}', "a.json: the JSON is broken: expected value at line 1 column 8."),
        ("", "a.json: the JSON is broken: EOF while parsing a value at line 1 column 0."),
        ("[" * 100_000, "a.json: the JSON is broken: recursion limit exceeded"),
        (b"\xff\xfe[", "a.json: the JSON is broken"),
    ],
)
def test_broken_json_is_named_with_its_place(
    make: Make, tmp_path: Path, body: str | bytes, said: str
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    with pytest.raises(BadInput) as caught:
        read_all(make(path))
    assert caught.value.message.startswith(said)


def test_a_broken_document_in_an_archive_is_a_fault_and_the_others_are_read(
    make: Make, tmp_path: Path
) -> None:
    good = json.dumps({"id": "g", "title": "Good"})
    path = packed(tmp_path / "a.zip", talks__a_json=good[:-3], talks__b_json=good, talks__c_csv=b"id;\xff")
    pages, _ = read_all(make(path, members="talks/*.json"))
    assert ids(pages) == ["g"]
    assert [where for where, _ in faults_of(pages)] == ["a.zip/talks/a.json"]


def test_a_damaged_member_is_a_fault_and_the_others_are_read(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.csv", table(*rows(range(3))))
        archive.writestr("b.csv", table(*rows(range(10, 12))))
    path.write_bytes(path.read_bytes().replace(b"Course 2,", b"Course 9,", 1))
    pages, _ = read_all(make(path))
    assert ids(pages)[-2:] == ["10", "11"]
    assert faults_of(pages) == [("a.zip/a.csv", "the rest cannot be unpacked (BadZipFile)")]


def test_records_at_a_path_that_is_not_there_are_asked_for(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"items": [], "total": 0}')
    with pytest.raises(
        ConfigError, match=r"no records at 'data'\. Its keys are: items, total\. Correct `records`"
    ):
        read_all(make(path, records="data"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_table_in_any_encoding_is_decoded_and_a_wrong_one_is_named(
    make: Make, tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(table(("1", "Größe", "https://a.example/")).encode(encoding))
    assert posts_of(read_all(make(path, encoding=encoding))[0])[0].title == "Größe"


def test_a_row_in_another_encoding_is_a_fault_and_the_others_are_read(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"id,title,url\n1,Gr\xf6\xdfe,\n2,fine,\n")
    pages, _ = read_all(make(path))
    assert ids(pages) == ["2"]
    assert faults_of(pages) == [("a.csv:2", "the row is not utf-8-sig; set `encoding`")]
    with pytest.raises(BadInput, match=r"a\.csv is not utf-16\. Set `encoding`"):
        read_all(make(path, encoding="utf-16"))


def test_a_document_in_another_encoding_is_decoded_or_named(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes('[{"id": "1", "title": "Größe"}]'.encode("cp1252"))
    assert posts_of(read_all(make(path, encoding="cp1252"))[0])[0].title == "Größe"
    with pytest.raises(BadInput, match="byte 25 is not ascii; set `encoding`"):
        read_all(make(path, encoding="ascii"))


@pytest.mark.parametrize(
    ("name", "delimiter", "setting"),
    [("a.csv", ";", None), ("a.tsv", "\t", None), ("a.csv", "|", None), ("a.csv", "~", "~")],
)
def test_the_delimiter_is_guessed_or_given(
    make: Make, tmp_path: Path, name: str, delimiter: str, setting: str | None
) -> None:
    path = tmp_path / name
    path.write_text(table(("1", "One", "https://a.example/")).replace(",", delimiter))
    assert ids(read_all(make(path, delimiter=setting))[0]) == ["1"]


def test_a_quote_that_never_closes_spoils_its_row_and_not_the_memory(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id,title,url\n1,fine,\n2,"open,\n' + f"3,{'swallowed ' * 100},\n" * 1_200)
    pages, _ = read_all(make(path))
    assert ids(pages)[0] == "1"
    assert faults_of(pages)[0] == (
        "a.csv:3",
        "the row cannot be read: field larger than field limit (1000000)",
    )


def test_long_files_are_streamed(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    line = json.dumps({"id": "{}", "title": "x" * 1_900, "url": "https://a.example/"}).replace("{}", "%07d")
    with path.open("w") as file:
        file.writelines(line % number + "\n" for number in range(6_000))
    tracemalloc.start()
    count = sum(len(page.posts) for page in make(path).pages("a.jsonl", {}))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 6_000
    assert path.stat().st_size > 10_000_000
    assert peak < 6_000_000


def test_an_overlong_line_is_a_fault_and_the_next_is_read(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        json.dumps({"id": "1", "title": "x" * (17 * 1024 * 1024)}) + '\n{"id": "2", "title": "two"}'
    )
    pages, _ = read_all(make(path))
    assert (ids(pages), faults_of(pages)) == (
        ["2"],
        [("a.jsonl:1", "the line is longer than 16,777,216 bytes")],
    )


def test_without_an_id_a_record_is_known_by_its_address(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table(("", "One", "https://a.example/1"), ("", "Two", "https://a.example/2")))
    first = ids(read_all(make(path, fields={"url": "url", "title": "title"}))[0])
    path.write_text(table(("", "New title", "https://a.example/1")))
    assert ids(read_all(make(path, fields={"url": "url", "title": "title"}))[0]) == first[:1]
    assert len(set(first)) == 2


def test_a_file_of_its_own_may_be_a_records_id(make: Make, tmp_path: Path) -> None:
    record = json.dumps({"title": "Same", "url": "https://a.example/"})
    path = packed(tmp_path / "a.zip", x__one_json=record, x__two_json=record)
    pages, _ = read_all(make(path, fields={**FIELDS, "external_id": "@file"}))
    assert ids(pages) == ["x/one.json", "x/two.json"]


def test_an_overlong_text_is_cut_and_said_so(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"id": 1, "title": "t" * 3_000, "text": "x" * 300_000}))
    pages, _ = read_all(make(path, fields={**FIELDS, "text": "text"}))
    (post,) = posts_of(pages)
    assert (len(post.title), len(post.text)) == (2_000, 200_000)
    assert faults_of(pages) == [("a.json", "`text` was cut at 200,000 characters")]


def test_files_are_found_in_a_folder_or_by_a_pattern_and_named_from_there(make: Make, tmp_path: Path) -> None:
    for name in ("b.csv", "a.ndjson", "sub/c.csv", "sub/deep/d.csv", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(table() if name.endswith("csv") else "")
    assert make(tmp_path).partitions() == ["a.ndjson", "b.csv"]
    assert make(tmp_path / "**" / "*.csv").partitions() == ["b.csv", "sub/c.csv", "sub/deep/d.csv"]
    assert make(tmp_path / "sub" / "?.csv").partitions() == ["c.csv"]


def test_a_missing_file_and_an_unknown_format_are_named(make: Make, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no file .*absent\.csv\. Correct `path`"):
        make(tmp_path / "absent.csv").partitions()
    assert [line.ok for line in make(tmp_path / "absent.csv").check()] == [False]
    (tmp_path / "a.txt").write_text(table(*rows(range(1))))
    with pytest.raises(ConfigError, match=r"a\.txt: the name does not tell the format\. Set `format`"):
        read_all(make(tmp_path / "a.txt"))
    assert ids(read_all(make(tmp_path / "a.txt", format="csv"))[0]) == ["0"]


def test_an_archive_without_a_matching_member_or_with_a_wrong_name_is_refused(
    make: Make, tmp_path: Path
) -> None:
    path = packed(tmp_path / "a.zip", a_csv=table())
    with pytest.raises(ConfigError, match=r"a\.zip holds no file that `members` means"):
        read_all(make(path, members="*.json"))
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../a.csv", table())
    with pytest.raises(BadInput, match="leads out of the archive"):
        read_all(make(path))


def test_a_check_counts_what_is_readable_and_shows_the_first_fault(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table(("1", "One", ""), ("", "", ""), ("", "Two", "")))
    (line,) = make(path).check()
    assert (line.ok, line.message) == (
        True,
        "1 of the first 2 records are readable. a.csv:4: it has neither `external_id` nor `url`",
    )
    path.write_text(table(("", "Two", "")))
    (line,) = make(path).check()
    assert (line.ok, line.remedy) == (False, "Correct `fields`.")


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("a.b", 1),
        ("c.d", 2),
        ("list.1.x", 4),
        ("list.*.x", [3, 4]),
        ("list.9.x", None),
        ("list.x", None),
        ("a", None),
        ("c.d.e", None),
        ("c", {"d": 2}),
    ],
)
def test_values_are_found_by_dotted_paths(place: str, found: object) -> None:
    record = {"a.b": 1, "c": {"d": 2}, "list": [{"x": 3}, {"x": 4}]}
    assert look_up(record, place) == found


@pytest.mark.parametrize(
    "change",
    [
        {"realm": ""},
        {"fields": {"title": "title"}},
        {"fields": {**FIELDS, "titel": "x"}},
        {"encoding": "utf-99"},
        {"format": "xlsx"},
        {"kind": "movie"},
        {"kinds": {"Film": "movie"}},
        {"platform": "No Name"},
        {"delimeter": ";"},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        FileSettings(**{"path": "a.csv", "realm": "r", "fields": FIELDS, **change})


def test_every_setting_is_described() -> None:
    schema = FileSettings.model_json_schema()
    for properties in (schema["properties"], schema["$defs"]["Fields"]["properties"]):
        assert [name for name, about in properties.items() if not about.get("description")] == []


def test_all_recorded_talks_are_read(make: Make) -> None:
    folder = shared_data("corpora/pyvideo-talks")
    settings = {"realm": "pyvideo", "kind": "video", "members": "*/videos/*.json", "fields": TALKS}
    check_connector(lambda: make(folder, **settings))
    pages, states = read_all(make(folder, **settings))
    talks = _talks(folder)
    assert {post.external_id: post.title for post in posts_of(pages)} == talks
    assert len(talks) == 821
    assert faults_of(pages) == []
    assert {post.language for post in posts_of(pages)} == {"en", "es"}
    assert all(post.url and post.published_at for post in posts_of(pages))
    assert ids(read_all(make(folder, **settings), states)[0]) == []


def _talks(folder: Path) -> dict[str, str]:
    """Titles of the talks by the names of their files, read without our code."""
    found = {}
    for path in folder.glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                if "/videos/" in name and name.endswith(".json"):
                    found[name] = " ".join(json.loads(archive.read(name))["title"].split())
    return found

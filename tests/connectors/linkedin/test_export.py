"""A member's data export: their shares become posts, whatever the file's ways; everything else stays shut."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors.linkedin import LinkedIn
from connectors.linkedin.settings import LinkedInSettings
from gleanery.errors import BadInput, ConfigError
from gleanery.http import GuardedHttp
from gleanery.model.posts import PostDraft
from gleanery.ports import Context, Page
from gleanery.testing import MemoryKnown, check_connector, make_context

HEADER = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility\n"
LINK = "https://www.linkedin.com/feed/update/urn%3Ali%3A"
OTHERS = {
    "Comments_17529409.csv": f'Date,Link,Message\n2026-05-08 09:00:00,{LINK}share%3A1,"Said \\"so\\" by NOBODY"\n',
    "Reactions.csv": f"Date,Type,Link\n2026-05-08 09:00:00,LIKE,{LINK}share%3A1\n",
    "Connections.csv": 'Notes:\n"About NOBODY"\n\nFirst Name,Last Name,URL\nNOBODY,NOBODY,https://example.org\n',
    "messages.csv": "FROM,CONTENT\nNOBODY,hello\n",
}

Rows = str
Make = Callable[..., LinkedIn]


def row(number: int, text: str = "Words", date: str = "2026-01-10 10:11:12", shared: str = "") -> str:
    return f'{date},{LINK}share%3A{number},"{text}",{shared},,PUBLIC\n'


def make_export(
    path: Path, shares: str, name: str = "Shares.csv", made: tuple[int, ...] = (2026, 1, 20, 12, 0, 0)
) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, body in {**OTHERS, name: shares}.items():
            archive.writestr(zipfile.ZipInfo(member, date_time=made), body)  # type: ignore[arg-type]
    return path


@pytest.fixture
def ctx(tmp_path: Path) -> Context:
    return make_context(tmp_path / "own", GuardedHttp())


@pytest.fixture
def make(ctx: Context) -> Make:
    def made(path: Path, **settings: Any) -> LinkedIn:
        return LinkedIn(LinkedInSettings.model_validate({"export": path, **settings}), ctx)

    return made


@pytest.fixture
def one(make: Make, tmp_path: Path) -> Callable[..., PostDraft]:
    """The post that one line of Shares.csv becomes."""

    def read(line: str, **settings: Any) -> PostDraft:
        path = make_export(tmp_path / "one.zip", HEADER + line)
        (page,) = make(path, **settings).pages("export", {})
        assert not page.faults, page.faults
        (post,) = page.posts
        return post

    return read


def take(connector: LinkedIn, ctx: Context, state: Any = None) -> list[Page]:
    """Read as the house would."""
    assert isinstance(ctx.known, MemoryKnown)
    pages = []
    for page in connector.pages("export", state or {}):
        ctx.known.take(page)
        pages.append(page)
    return pages


def test_a_share_becomes_a_post_of_its_member(one: Callable[..., PostDraft]) -> None:
    post = one(row(7, "Look at this", shared="https://example.org/chart"), member="17529409")
    assert (post.platform, post.realm, post.external_id) == (
        "linkedin",
        "urn:li:member:17529409",
        "urn:li:share:7",
    )
    assert post.url == "https://www.linkedin.com/feed/update/urn:li:share:7"
    assert post.published_at == datetime(2026, 1, 10, 10, 11, 12, tzinfo=UTC)
    assert [link.url for link in post.links] == ["https://example.org/chart"]
    assert (post.act, post.internal) == ("shared", False)
    assert post.author is not None
    assert (post.author.external_id, post.author.name) == ("urn:li:member:17529409", "")


@pytest.mark.parametrize(
    ("link", "external_id", "url"),
    [
        (
            "https://www.linkedin.com/feed/update/urn%3Ali%3AugcPost%3A745",
            "urn:li:ugcPost:745",
            "https://www.linkedin.com/feed/update/urn:li:ugcPost:745",
        ),
        (
            "https://www.linkedin.com/feed/update/urn:li:activity:9/",
            "urn:li:activity:9",
            "https://www.linkedin.com/feed/update/urn:li:activity:9",
        ),
        (
            "https://www.linkedin.com/posts/yard_lifting-activity-7458194261025673216-Ab1c",
            "urn:li:activity:7458194261025673216",
            "https://www.linkedin.com/feed/update/urn:li:activity:7458194261025673216",
        ),
    ],
)
def test_every_way_of_writing_a_link_gives_the_urn(
    one: Callable[..., PostDraft], link: str, external_id: str, url: str
) -> None:
    post = one(f"2026-01-10 10:11:12,{link},Words,,,PUBLIC\n")
    assert (post.external_id, post.url) == (external_id, url)


def test_a_link_without_an_urn_is_known_by_its_fingerprint(one: Callable[..., PostDraft]) -> None:
    post = one("2026-01-10 10:11:12,https://lnkd.in/a1,Words,,,PUBLIC\n")
    assert post.external_id.startswith("link:")
    assert post.url == "https://lnkd.in/a1"


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('"One.\n\nTwo ""quoted"", three"', 'One.\n\nTwo "quoted", three'),
        ('"One.""\n""""\n""Two ""x"" y"', 'One.\n\nTwo "x" y'),
        ('"One.\n""\n""Two"', "One.\n\nTwo"),
        ('"He said:\n""go""\n""stay"""', 'He said:\n"go"\n"stay"'),
        ('"He said ""go""\nand went"', 'He said "go"\nand went'),
        ('"On {hashtag|\\#|Rigging} https://example.org/a."', "On #Rigging https://example.org/a."),
    ],
)
def test_lines_and_quotes_come_out_as_they_were_written(
    one: Callable[..., PostDraft], cell: str, text: str
) -> None:
    assert one(f"2026-01-10 10:11:12,{LINK}share%3A7,{cell},,,PUBLIC\n").text == text


def test_addresses_and_hashtags_in_the_words_are_found(one: Callable[..., PostDraft]) -> None:
    post = one(row(7, "On #Rigging (https://example.org/a), see https://example.org/b_(x)."))
    assert [link.url for link in post.links] == ["https://example.org/a", "https://example.org/b_(x)"]
    assert post.tags == ("Rigging",)


def test_what_was_for_contacts_only_is_internal(one: Callable[..., PostDraft]) -> None:
    assert one(row(7).replace("PUBLIC", "CONNECTIONS")).internal is True
    assert one(row(7).replace("PUBLIC", "MEMBER_NETWORK")).internal is False


def test_an_undated_share_has_no_date(one: Callable[..., PostDraft]) -> None:
    assert one(row(7, date="")).published_at is None


@pytest.mark.parametrize("before", ["", "\ufeff", 'Notes:\n"Some words, about, this file"\n\n'])
def test_words_before_the_header_are_passed_over(make: Make, tmp_path: Path, before: str) -> None:
    path = make_export(tmp_path / "e.zip", before + HEADER + row(1) + "\n" + row(2))
    (page,) = make(path).pages("export", {})
    assert [post.external_id for post in page.posts] == ["urn:li:share:1", "urn:li:share:2"]
    assert not page.faults


@pytest.mark.parametrize(
    ("name", "realm"),
    [
        ("Shares.csv", "member"),
        ("Shares_17529409.csv", "urn:li:member:17529409"),
        ("Basic/Shares_17529409.csv", "urn:li:member:17529409"),
    ],
)
def test_the_file_s_name_tells_the_member(make: Make, tmp_path: Path, name: str, realm: str) -> None:
    (page,) = make(make_export(tmp_path / "e.zip", HEADER + row(1), name)).pages("export", {})
    assert page.posts[0].realm == realm


def test_nothing_of_other_people_is_kept(make: Make, tmp_path: Path) -> None:
    pages = list(make(make_export(tmp_path / "e.zip", HEADER + row(1))).pages("export", {}))
    assert "NOBODY" not in "".join(post.model_dump_json() for page in pages for post in page.posts)
    assert sum(len(page.posts) for page in pages) == 1


def test_broken_rows_are_faults_by_line_and_the_rest_is_read(make: Make, tmp_path: Path) -> None:
    body = (
        HEADER
        + row(1)
        + "2026-01-10,too,few\n"
        + row(2, date="soon")
        + "2026-01-10 10:11:12,,no link,,,\n"
        + row(3)
    )
    (page,) = make(make_export(tmp_path / "e.zip", body)).pages("export", {})
    assert [post.external_id for post in page.posts] == ["urn:li:share:1", "urn:li:share:3"]
    assert [fault.where for fault in page.faults] == ["Shares.csv:3", "Shares.csv:4", "Shares.csv:5"]


def test_an_unchanged_export_is_not_read_again(make: Make, ctx: Context, tmp_path: Path) -> None:
    connector = make(make_export(tmp_path / "e.zip", HEADER + row(1)))
    state = take(connector, ctx)[-1].state
    (page,) = connector.pages("export", state)
    assert (page.posts, page.complete, page.state) == ((), True, state)


def test_a_newer_export_takes_away_what_it_no_longer_holds(make: Make, ctx: Context, tmp_path: Path) -> None:
    old = make(make_export(tmp_path / "old.zip", HEADER + row(1) + row(2)))
    state = take(old, ctx)[-1].state
    new = make(make_export(tmp_path / "new.zip", HEADER + row(2) + row(3), made=(2026, 2, 1, 0, 0, 0)))
    pages = take(new, ctx, state)
    assert [gone.external_id for page in pages for gone in page.gone] == ["urn:li:share:1"]


@pytest.mark.parametrize(
    ("shares", "made"),
    [
        (HEADER + row(2), (2026, 1, 1, 0, 0, 0)),
        (HEADER + row(2) + "broken\n", (2026, 2, 1, 0, 0, 0)),
        (HEADER, (2026, 2, 1, 0, 0, 0)),
    ],
)
def test_an_older_a_faulty_or_an_empty_export_takes_nothing_away(
    make: Make, ctx: Context, tmp_path: Path, shares: str, made: tuple[int, ...]
) -> None:
    state = take(make(make_export(tmp_path / "a.zip", HEADER + row(1) + row(2))), ctx)[-1].state
    pages = take(make(make_export(tmp_path / "b.zip", shares, made=made)), ctx, state)
    assert not [gone for page in pages for gone in page.gone]


def test_a_long_export_is_read_page_by_page_and_resumed(make: Make, tmp_path: Path) -> None:
    path = make_export(tmp_path / "e.zip", HEADER + "".join(row(number) for number in range(1, 451)))
    pages = list(make(path).pages("export", {}))
    assert [len(page.posts) for page in pages] == [200, 200, 50]
    assert [page.complete for page in pages] == [False, False, True]
    (rest,) = make(path).pages("export", pages[1].state)
    assert rest.posts == pages[2].posts
    check_connector(lambda: make(path))


def test_the_quick_export_is_answered_with_which_one_to_ask_for(make: Make, tmp_path: Path) -> None:
    path = make_export(tmp_path / "quick.zip", "x\n", name="Profile.csv")
    with pytest.raises(BadInput, match="larger data archive"):
        list(make(path).pages("export", {}))
    (line,) = make(path).check()
    assert not line.ok
    assert "larger" in line.remedy


@pytest.mark.parametrize(
    ("body", "said"), [(b"no zip", "no zip archive"), (b"", "no zip archive"), (None, "cannot be read")]
)
def test_what_is_no_export_is_refused_in_words(
    make: Make, tmp_path: Path, body: bytes | None, said: str
) -> None:
    path = tmp_path / "e.zip"
    if body is not None:
        path.write_bytes(body)
    with pytest.raises((BadInput, ConfigError), match=said):
        list(make(path).pages("export", {}))


@pytest.mark.parametrize(
    ("shares", "said"),
    [("Datum,Link\n", "has no columns"), (HEADER.encode("utf-16"), "not UTF-8")],
)
def test_a_table_that_is_none_is_refused_in_words(make: Make, tmp_path: Path, shares: Any, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        list(make(make_export(tmp_path / "e.zip", shares)).pages("export", {}))


def test_the_check_counts_shares_and_says_what_is_left_shut(make: Make, tmp_path: Path) -> None:
    lines = {
        line.name: line for line in make(make_export(tmp_path / "e.zip", HEADER + row(1) + "x\n")).check()
    }
    assert lines["export"].message.startswith("1 shares are readable, 1 are not; the member is not told")
    assert "not opened" in lines["other files"].message
    assert "as long as you keep them" in lines["words"].message


def test_words_of_an_export_have_no_clock_and_leave_only_by_the_switch(make: Make, tmp_path: Path) -> None:
    path = make_export(tmp_path / "e.zip", HEADER + row(1))
    policy = make(path).policy
    assert (policy.max_age, policy.may_pass_text_on, policy.delete_on_disconnect) == (None, False, True)
    assert make(path, words_may_leave=True).policy.may_pass_text_on is True
    assert make(path).oauth() is None


def test_the_archive_is_read_without_unpacking_names_that_leave_it(make: Make, tmp_path: Path) -> None:
    path = tmp_path / "e.zip"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("../Shares.csv", HEADER + row(1))
    path.write_bytes(buffer.getvalue())
    with pytest.raises(BadInput, match="leads out of the archive"):
        list(make(path).pages("export", {}))

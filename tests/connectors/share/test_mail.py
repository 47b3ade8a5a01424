"""Shared mail: whose, why, which pages; and that no mail, however hostile, stops the others or takes long."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from time import process_time
from typing import Any

import pytest

from connectors.share import Share
from connectors.share.mail import BadMail, read_mail
from connectors.share.settings import ShareSettings
from gleanery.http import GuardedHttp
from gleanery.ports import Page
from gleanery.testing import check_connector, make_context, read_all

LINK = "https://group.example.org/posts/7"
Make = Callable[..., Share]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "mail"
    made.mkdir()
    return made


@pytest.fixture
def make(folder: Path, tmp_path: Path) -> Make:
    def made(**settings: Any) -> Share:
        checked = ShareSettings(**{"folder": folder, "senders": ["example.org"], **settings})
        return Share(checked, make_context(tmp_path / "own", GuardedHttp()))

    return made


def mail(text: str = f"Worth reading: {LINK}", html: str = "", **headers: str) -> EmailMessage:
    """A mail as a program writes it."""
    made = EmailMessage()
    given = {
        "From": "The lead <Lead@example.org>",
        "To": "share@example.org",
        "Subject": "Rigging basics",
        "Date": "Thu, 15 Jan 2026 09:30:00 +0100",
        "Message-ID": "<1@example.org>",
    }
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in {**given, **changed}.items():
        made[name] = value
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    return made


def read(share: Share, state: Mapping[str, Any] | None = None) -> tuple[list[Page], Mapping[str, Any]]:
    pages, states = read_all(share, {"mail": state or {}})
    return pages, states["mail"]


def faults(pages: list[Page]) -> list[str]:
    return [f"{fault.where} {fault.message}" for page in pages for fault in page.faults]


def test_the_contract_of_connectors_is_kept(folder: Path, make: Make) -> None:
    for number in range(110):
        (folder / f"{number:03}.eml").write_bytes(bytes(mail(Message_ID=f"<{number}@example.org>")))
    (folder / "broken.eml").write_bytes(b"\xff\x00")
    (folder / "notes.txt").write_text("no mail")
    check_connector(make)


def test_a_mail_becomes_a_post_with_who_and_why_and_the_page(folder: Path, make: Make) -> None:
    made = mail(
        "The checklist on page 3 is good.\n\n-- \nThe lead\nhttps://signature.example.org/",
        f'<p>x <a href="{LINK}">here</a></p>',
        Subject="WG: Fwd: Rigging basics",
    )
    (folder / "a.eml").write_bytes(bytes(made))
    ((page,), _) = read(make())
    (post,) = page.posts
    assert (post.platform, post.internal, post.act) == ("share", True, "shared")
    assert post.text == "The checklist on page 3 is good."
    assert post.author is not None
    assert (post.author.external_id, post.author.name) == ("lead@example.org", "The lead")
    assert (post.links[0].url, post.links[0].title) == (LINK, "Rigging basics")
    assert post.published_at == datetime(2026, 1, 15, 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "marker",
    [
        "---------- Forwarded message ---------",
        "-----Ursprüngliche Nachricht-----",
        "-----Original Message-----",
        "Begin forwarded message:",
        "________________________________",
        "Von: Wer <wer@else.example>\nGesendet: Montag",
    ],
)
def test_of_a_forwarded_message_only_the_links_are_taken(marker: str) -> None:
    found = read_mail(
        bytes(mail(f"Good for new people.\n> quoted\n\n{marker}\nFrom: x\nTheir words, {LINK}."))
    )
    assert found.why == "Good for new people."
    assert found.links == (LINK,)


def test_a_message_forwarded_as_attachment_gives_its_links_and_attached_files_are_not_looked_at() -> None:
    made = mail("See the attached.")
    made.add_attachment(mail(f"Their words {LINK}"))
    made.add_attachment(b"https://file.example.org/", maintype="text", subtype="plain", filename="a.txt")
    found = read_mail(bytes(made))
    assert (found.why, found.links) == ("See the attached.", (LINK,))


def test_mail_of_strangers_is_not_read(folder: Path, make: Make) -> None:
    (folder / "a.eml").write_bytes(bytes(mail(From="x@example.org.evil.example")))
    (folder / "b.eml").write_bytes(bytes(mail(From='"lead@example.org" <x@evil.example>')))
    (folder / "c.eml").write_bytes(bytes(mail(From="x@sub.example.org")))
    (folder / "d.eml").write_bytes(bytes(mail(From="x@partner.example")))
    pages, _ = read(make(senders=["@example.org", "X@partner.example"]))
    assert [post.author.external_id for page in pages for post in page.posts if post.author] == [
        "x@partner.example"
    ]
    assert len(faults(pages)) == 3
    assert "senders" in faults(pages)[0]
    assert "evil" not in str(faults(pages))


@pytest.mark.parametrize(
    ("results", "passes"),
    [
        (["mx.example.org; dmarc=pass header.from=example.org"], True),
        (["MX.example.org;\r\n\tspf=fail; dmarc=pass"], True),
        (["mx.example.org; dmarc=fail"], False),
        (["mx.evil.example; dmarc=pass"], False),
        (["mx.example.org; dmarc=fail", "mx.example.org; dmarc=pass"], False),
        ([], False),
    ],
)
def test_where_the_mail_server_vouches_only_what_it_found_genuine_is_read(
    results: list[str], passes: bool
) -> None:
    raw = "".join(f"Authentication-Results: {one}\r\n" for one in results).encode() + bytes(mail())
    if passes:
        assert read_mail(raw, "mx.example.org").links == (LINK,)
    else:
        with pytest.raises(BadMail, match="genuine"):
            read_mail(raw, "mx.example.org")


def test_only_what_is_new_is_read_and_a_mail_taken_away_stays_shared(folder: Path, make: Make) -> None:
    path = folder / "a.eml"
    path.write_bytes(bytes(mail()))
    _, state = read(make())
    pages, state = read(make(), state)
    assert [page.posts for page in pages] == [[]]
    path.write_bytes(bytes(mail("Better: " + LINK)))
    os.utime(path, ns=(1, 1))
    pages, state = read(make(), state)
    assert [post.text for page in pages for post in page.posts] == ["Better: " + LINK]
    path.unlink()
    pages, state = read(make(), state)
    assert (pages[0].gone, state) == ((), {"files": {}})


def test_one_message_in_two_files_is_one_post_but_not_of_two_senders(folder: Path, make: Make) -> None:
    for name, sender in (("a", "lead"), ("b", "lead"), ("c", "analyst")):
        (folder / f"{name}.eml").write_bytes(bytes(mail(From=f"{sender}@example.org")))
    ((page,), _) = read(make())
    assert len({post.external_id for post in page.posts}) == 2


@pytest.mark.parametrize(
    ("charset", "words"),
    [("utf-8", "Für alle"), ("iso-8859-1", "Für alle"), ("iso-2022-jp", "溶接"), ("koi8-r", "Сварка")],
)
def test_all_encodings_are_decoded(charset: str, words: str) -> None:
    made = EmailMessage()
    made["From"], made["Subject"] = "lead@example.org", words
    made.set_content(f"{words} {LINK}", charset=charset)
    found = read_mail(bytes(made))
    assert (found.why, found.subject) == (f"{words} {LINK}", words)


def test_an_unknown_charset_costs_letters_not_the_mail() -> None:
    raw = (
        f"From: lead@example.org\r\nContent-Type: text/plain; charset=no-such\r\n\r\nSee {LINK}\r\n".encode()
    )
    assert read_mail(raw).links == (LINK,)


def nested(depth: int, kind: str = "multipart/mixed") -> bytes:
    opened = b"".join(
        b"--b%d\r\nContent-Type: %s; boundary=b%d\r\n\r\n" % (level, kind.encode(), level + 1)
        for level in range(depth)
    )
    return (
        b"From: a@example.org\r\nContent-Type: multipart/mixed; boundary=b0\r\n\r\n"
        + opened
        + b"x\r\n" * 20_000
    )


HOSTILE = {
    "empty": b"",
    "no headers": b"\r\n\r\nhttps://x.example.org/",
    "binary": bytes(range(256)) * 1_000,
    "deep": nested(5_000),
    "deep messages": b"From: a@example.org\r\n" + b"Content-Type: message/rfc822\r\n\r\n" * 50_000,
    "deep digests": nested(40, "multipart/digest"),
    "deep and long": nested(18)[:-60_000] + b"x\r\n" * 190_000,
    "many parts": nested(18) + b"--b29\r\n\r\nx\r\n" * 50_000,
    "long from": b"From: " + b"(" * 100_000 + b"\r\n\r\n" + LINK.encode(),
    "nested comments": b"From: " + b"(" * 900 + b")" * 900 + b" a@example.org\r\n\r\n" + LINK.encode(),
    "many addresses": b"From: " + b"a@b.c," * 300 + b"\r\n\r\n" + LINK.encode(),
    "odd words": b"From: =?x?q?=?= <a@example.org>\r\nSubject: "
    + b"=?utf-8?b?" * 150
    + b"\r\n\r\n"
    + LINK.encode(),
    "many headers": b"X: y\r\n" * 200_000 + b"From: a@example.org\r\n\r\n" + LINK.encode(),
    "odd date": b"From: a@example.org\r\nDate: Mon, 99 Xxx 99999 99:99\r\n\r\n" + LINK.encode(),
    "blanks": b"From: a@example.org\r\n\r\n" + b" \t" * 400_000 + b"\n" * 400_000 + LINK.encode(),
    "dashes": b"From: a@example.org\r\n\r\n" + b"-" * 900_000,
    "froms": b"From: a@example.org\r\n\r\n" + b"From: x\n" * 100_000,
    "addresses": b"From: a@example.org\r\n\r\n" + b"https://" * 100_000,
    "bad base64": b"From: a@example.org\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b"!=a" * 300_000,
    "odd type": b"From: a@example.org\r\nContent-Type: ;;;=\r\n\r\n" + LINK.encode(),
    "too large": b"From: a@example.org\r\n\r\n" + b"x" * (10 * 1024 * 1024),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_is_read_or_refused_and_never_keeps_the_reader_busy(name: str) -> None:
    began, refused, found = process_time(), "", None
    try:
        found = read_mail(HOSTILE[name])
    except BadMail as error:
        refused = str(error)
    assert process_time() - began < 3
    assert bool(found) != bool(refused)
    assert "@" not in refused


def test_a_hostile_mail_is_a_fault_and_the_others_come_in(folder: Path, make: Make) -> None:
    for number, raw in enumerate(one for one in HOSTILE.values() if len(one) < 300_000):
        (folder / f"{number:02}.eml").write_bytes(raw)
    (folder / "sound.eml").write_bytes(bytes(mail()))
    pages, _ = read(make())
    assert any(post.text == f"Worth reading: {LINK}" for page in pages for post in page.posts)
    assert len(faults(pages)) >= 7


def test_check_says_what_is_in_the_folder_and_whose_mail_is_believed(folder: Path, make: Make) -> None:
    (folder / "a.eml").write_bytes(bytes(mail()))
    lines = {line.name: line for line in make().check()}
    assert lines["folder"].message == "1 mails are in it."
    assert "forged" in lines["senders"].message
    assert (
        "mx.example.org"
        in {one.name: one for one in make(verified_by="mx.example.org").check()}["senders"].message
    )
    missing = make(folder=folder / "gone").check()[0]
    assert (missing.ok, missing.remedy) == (False, "Make it, or correct `folder`.")

"""Digests: chosen on a page, mailed by a real server, once a period, with links that only open."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import requests
from pydantic import SecretStr
from sqlmodel import select

from gleanery.flow import desk, read, screen
from gleanery.flow.accounts import staff
from gleanery.flow.digests import choosing
from gleanery.flow.digests.sending import letter_for, send_due
from gleanery.flow.granting import Grant
from gleanery.flow.house import House
from gleanery.flow.items import editing
from gleanery.flow.rights import Role
from gleanery.model.items import Decision, DecisionVerdict
from gleanery.model.reports import Digest, DigestWay, Rhythm
from gleanery.testing import NOON, Asked, Clock, Fake, Reply
from gleanery.web.reports.letters import letters
from tests.flow.sending.mailbox import Mailbox
from tests.house import article, file_source, make_house, records
from tests.web.houses import served


@pytest.fixture
def clock() -> Clock:
    return Clock(NOON)


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as box:
        yield box


def _house(folder: Path, clock: Clock, mailbox: Mailbox, posts: int = 2, **digests: Any) -> House:
    mail = {"host": "127.0.0.1", "port": mailbox.port, "encryption": "none", "sender": "gleanery@example.org"}
    rows = [article(number) for number in range(posts)]
    house = make_house(
        folder,
        clock,
        sources=[file_source(records(folder, rows), "catalogue")],
        digests={"mail": mail, **digests},
        serve={"address": "https://desk.example.org"},
        curation={"steps": [{"step": "language"}]},
    )
    read(house, "catalogue")
    screen(house)
    return house


def _person(house: House, name: str = "curator", role: Role = Role.LEAD) -> UUID:
    with house.change() as change:
        person_id = staff.ensure_account(house, change, name).person_id
        staff.give(change, person_id, [role], "system")
    return person_id


def _chosen(house: House, every: Rhythm = Rhythm.DAY, **of: Any) -> UUID:
    person_id = _person(house, **of)
    choosing.choose(house, person_id, every, DigestWay.MAIL, "curator@example.org")
    return person_id


def test_a_digest_comes_once_a_day_from_the_next_day_on(
    tmp_path: Path, clock: Clock, mailbox: Mailbox
) -> None:
    house = _house(tmp_path, clock, mailbox)
    _chosen(house)
    sent = []
    for hours in (0, 14, 5, 1, 20):  # noon; 2, 7 and 8 o'clock the next day; 4 o'clock the day after
        clock.move(timedelta(hours=hours))
        sent.append(send_due(house, letters(house)))
    assert sent == [0, 0, 1, 0, 0]
    [mail] = mailbox.messages()
    assert mail["To"] == "curator@example.org"
    assert mail["Subject"] == "Test: 2 items wait"


def test_a_weekly_digest_comes_on_monday(tmp_path: Path, clock: Clock, mailbox: Mailbox) -> None:
    house = _house(tmp_path, clock, mailbox)
    _chosen(house, Rhythm.WEEK)
    days = []
    for _ in range(8):  # NOON is a Thursday
        clock.move(timedelta(days=1))
        days += [clock().strftime("%A")] * send_due(house, letters(house))
    assert days == ["Monday"]


def test_a_mail_has_a_text_and_escaped_html_whose_links_only_open(
    tmp_path: Path, clock: Clock, mailbox: Mailbox
) -> None:
    house = _house(tmp_path, clock, mailbox, posts=0)
    _add(house, article(7, title="Safe <script>alert(1)</script> & sound"))
    person_id = _chosen(house)
    clock.move(timedelta(days=1))
    send_due(house, letters(house))
    [mail] = mailbox.messages()
    text, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert "<script>" not in html
    assert "Safe <script>alert(1)</script> & sound" in text
    links = set(re.findall(r"https://desk\.example\.org[^\s\"<]*", text))
    paths = {link.removeprefix("https://desk.example.org").partition("?")[0] for link in links}
    assert all(
        path == "/" or re.fullmatch(r"/items/[0-9a-f-]{36}|/sources/[a-z]+|/digest/leave", path)
        for path in paths
    ), paths
    _follow_all(house, paths, links, person_id)


def _follow_all(house: House, paths: set[str], links: set[str], person_id: UUID) -> None:
    """What a program that checks mails does: it opens every link. Nothing is decided and nothing ended by it."""
    with served(house) as site:
        for link in links:
            requests.get(link.replace("https://desk.example.org", site.url), timeout=5)
    assert choosing.chosen(house, person_id) is not None
    with house.store.read() as session:
        assert not session.exec(select(Decision)).all()


def _add(house: House, row: dict[str, Any]) -> None:
    path = house.config.folder / "records.jsonl"
    with path.open("a") as file:
        file.write(json.dumps(row) + "\n")
    read(house, "catalogue")
    screen(house)


def test_a_failing_server_is_tried_again_ever_later_and_told_on_the_page(
    tmp_path: Path, clock: Clock, mailbox: Mailbox
) -> None:
    house = _house(tmp_path, clock, mailbox)
    person_id = _chosen(house)
    clock.move(timedelta(hours=20))
    mailbox.refuses = True
    assert send_due(house, letters(house)) == 0
    assert choosing.chosen(house, person_id).reason == "the mail server refused with code 451"  # type: ignore[union-attr]
    mailbox.refuses = False
    clock.move(timedelta(minutes=4))
    assert send_due(house, letters(house)) == 0
    clock.move(timedelta(minutes=1))
    assert send_due(house, letters(house)) == 1
    assert choosing.chosen(house, person_id).reason == ""  # type: ignore[union-attr]


def test_a_mail_sent_again_after_a_kill_bears_the_same_id(
    tmp_path: Path, clock: Clock, mailbox: Mailbox
) -> None:
    """The note after the sending is what a kill can lose: then the same mail goes out once more."""
    house = _house(tmp_path, clock, mailbox)
    person_id = _chosen(house)
    clock.move(timedelta(days=1))
    send_due(house, letters(house))
    with house.store.write() as session:
        row = session.get_one(Digest, person_id)
        row.sent_for = clock().date() - timedelta(days=1)
        session.add(row)
    send_due(house, letters(house))
    assert send_due(house, letters(house)) == 0
    ids = [mail["Message-ID"] for mail in mailbox.messages()]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_a_digest_tells_only_what_its_reader_may_see(tmp_path: Path, clock: Clock, mailbox: Mailbox) -> None:
    house = _house(tmp_path, clock, mailbox)
    auditor = _person(house, "auditor", Role.AUDITOR)
    lead = _person(house, "lead")
    assert "Working with" not in letter_for(house, letters(house), auditor).text
    assert "/items/" not in letter_for(house, letters(house), auditor).html
    assert "Working with" in letter_for(house, letters(house), lead).text


def test_a_title_with_a_marked_passage_or_one_that_a_curator_replaced_does_not_leave(
    tmp_path: Path, clock: Clock, mailbox: Mailbox
) -> None:
    guarding = {"steps": [{"step": "sensitive", "settings": {"kinds": {"phone": "ask"}}}]}
    rows = [article(1, title="Ring +49 170 5550123"), article(2, title="A title that somebody wrote better")]
    sources = [file_source(records(tmp_path, rows), "catalogue")]
    house = make_house(tmp_path, clock, sources=sources, curation=guarding)
    read(house, "catalogue")
    screen(house)
    lead = _person(house)
    assert "wrote better" in letter_for(house, letters(house), lead).text
    [edited] = [row for row in desk.queue(house).rows if "wrote better" in row.title]
    editing.edit(house, str(edited.id), "curator", editing.Wording("Better", None))
    told = letter_for(house, letters(house), lead)
    for words in ("5550123", "wrote better", "Better"):
        assert words not in told.text + told.html
    assert told.text.count("/items/") == 2


def test_a_sign_in_that_renews_itself_is_no_news(tmp_path: Path, clock: Clock, mailbox: Mailbox) -> None:
    house = _house(tmp_path, clock, mailbox)
    access, refresh = (SecretStr(secrets.token_hex(16)) for _ in range(2))
    with house.store.write() as session:
        grant = Grant(access, clock(), refresh, clock() + timedelta(hours=1))
        house.tokens("catalogue").keep(session, grant)
    assert "ends on" not in letter_for(house, letters(house), _person(house)).text


def test_a_digest_speaks_its_readers_language(tmp_path: Path, clock: Clock, mailbox: Mailbox) -> None:
    house = _house(tmp_path, clock, mailbox)
    person_id = _person(house)
    with house.change() as change:
        row = staff.account(change.session, person_id)
        row.settings = {"locale": "de"}
        change.session.add(row)
    assert letter_for(house, letters(house), person_id).subject == "Test: 2 Inhalte warten"


def test_slack_gets_it_as_a_direct_message(
    tmp_path: Path, clock: Clock, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SLACK", secrets.token_hex(16))
    with _Slack() as slack:
        ways: dict[str, Any] = {"slack_token": {"env": "TEST_SLACK"}, "slack_api": slack.url}
        house = _house(tmp_path, clock, mailbox, **ways)
        person_id = _person(house)
        choosing.choose(house, person_id, Rhythm.DAY, DigestWay.SLACK, "U0CURATOR")
        clock.move(timedelta(days=1))
        assert send_due(house, letters(house)) == 1
        assert slack.told == [("U0CURATOR", True)]


def test_a_title_calls_nobody_in_slack_and_disguises_no_link(
    tmp_path: Path, clock: Clock, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SLACK", secrets.token_hex(16))
    title = "<!channel> <https://attacker.example|Sign in> & more"
    with _Slack() as slack:
        ways: dict[str, Any] = {"slack_token": {"env": "TEST_SLACK"}, "slack_api": slack.url}
        rows = [{**article(1), "title": title}]
        sources = [file_source(records(tmp_path, rows), "catalogue")]
        house = make_house(tmp_path, clock, sources=sources, digests=ways, curation={"steps": []})
        read(house, "catalogue")
        screen(house)
        choosing.choose(house, _person(house), Rhythm.DAY, DigestWay.SLACK, "U0CURATOR")
        clock.move(timedelta(days=1))
        assert send_due(house, letters(house)) == 1
    assert "&lt;!channel&gt; &lt;https://attacker.example|Sign in&gt; &amp; more" in slack.texts[0]


def test_an_answer_of_slack_that_cannot_be_read_keeps_nobody_else_from_the_digest(
    tmp_path: Path, clock: Clock, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_SLACK", secrets.token_hex(16))
    for answer in (b"<html>", b"[]", b"\xff"):
        with _Slack() as slack:
            slack.raw = answer
            ways: dict[str, Any] = {"slack_token": {"env": "TEST_SLACK"}, "slack_api": slack.url}
            house = _house(tmp_path / answer.hex(), clock, mailbox, **ways)
            person_id = _person(house)
            choosing.choose(house, person_id, Rhythm.DAY, DigestWay.SLACK, "U0CURATOR")
            _chosen(house, name="lead")
            clock.move(timedelta(days=1))
            assert send_due(house, letters(house)) == 1
        row = choosing.chosen(house, person_id)
        assert row is not None
        assert "cannot be read" in row.reason


class _Slack(Fake):
    """chat.postMessage: `told` holds to whom and whether the words named what waits."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[tuple[str, bool]] = []
        self.texts: list[str] = []
        self.raw = b""

    def answer(self, asked: Asked) -> Reply:
        body = asked.json
        self.texts.append(body["text"])
        self.told.append((body["channel"], "2 items wait" in body["text"]))
        return Reply(200, self.raw or {"ok": True})


# --------------------------------------------------------------------------- the page


def test_what_cannot_be_used_comes_back_with_what_was_typed(
    tmp_path: Path, clock: Clock, mailbox: Mailbox
) -> None:
    with served(_house(tmp_path, clock, mailbox)) as site:
        client = site.browser()
        answer = client.post(
            f"{site.url}/me/digest", data={"every": "day", "way": "mail", "address": "no address"}
        )
        assert answer.status_code == 422
        assert 'value="no address"' in answer.text
        for wrong in ("a@b\r\nBcc: c@example.org", "a@example.org, b@example.org", "<a@example.org>"):
            answer = client.post(
                f"{site.url}/me/digest", data={"every": "day", "way": "mail", "address": wrong}
            )
            assert answer.status_code == 422, wrong
        done = client.post(
            f"{site.url}/me/digest", data={"every": "day", "way": "mail", "address": "c@example.org"}
        )
        assert "You will be written to" in done.text
        left = client.post(f"{site.url}/me/digest/leave")
        assert "c@example.org" not in left.text


def test_the_link_of_a_mail_asks_before_it_ends_the_digest(
    tmp_path: Path, clock: Clock, mailbox: Mailbox
) -> None:
    house = _house(tmp_path, clock, mailbox)
    person_id = _chosen(house)
    with served(house) as site:
        nobody = site.browser(None)
        link = {"person": str(person_id), "key": choosing.leaving_key(house, person_id)}
        assert "Do you want to stop" in nobody.get(f"{site.url}/digest/leave", params=link).text
        forged = {**link, "key": choosing.leaving_key(house, UUID(int=1))}
        assert nobody.get(f"{site.url}/digest/leave", params=forged).status_code == 404
        assert nobody.post(f"{site.url}/digest/leave", data=forged).status_code == 404
        assert choosing.chosen(house, person_id) is not None
        assert "not be written to any more" in nobody.post(f"{site.url}/digest/leave", data=link).text
    assert choosing.chosen(house, person_id) is None


def test_a_token_does_what_the_page_does(tmp_path: Path, clock: Clock, mailbox: Mailbox) -> None:
    with served(_house(tmp_path, clock, mailbox)) as site:
        program = site.program()
        assert program.get(f"{site.url}/api/digest").json() == {"digest": None, "ways": ["mail"]}
        choice = {"every": "week", "way": "mail", "address": "c@example.org"}
        assert program.put(f"{site.url}/api/digest", json=choice).json()["digest"]["every"] == "week"
        assert program.put(f"{site.url}/api/digest", json={**choice, "way": "slack"}).status_code == 422
        assert program.delete(f"{site.url}/api/digest").json()["digest"] is None


def test_a_verdict_is_no_part_of_a_digest(tmp_path: Path, clock: Clock, mailbox: Mailbox) -> None:
    house = _house(tmp_path, clock, mailbox)
    told = letter_for(house, letters(house), _person(house))
    for verdict in DecisionVerdict:
        assert f"/{verdict.value}" not in told.text + told.html

"""From the bookmarklet to the curator's queue: a real house, its pages served, its commands run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from secrets import token_hex
from urllib.parse import urlsplit

import pytest
import requests
from typer.testing import CliRunner

from gleanery.cli import app
from gleanery.flow import absorb, read, screen
from gleanery.flow.desk import queue
from gleanery.flow.house import House
from tests.house import make_house
from tests.web.houses import Site, served

PAGE = "https://group.example.org/posts/7"
WHY = "The rigging checklist on page three is what new people on the yard need."


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[House]:
    monkeypatch.setenv("SHARE_SECRET", token_hex(32))
    (tmp_path / "mail").mkdir()
    settings = {"secret": {"env": "SHARE_SECRET"}, "folder": "mail", "senders": ["example.org"]}
    made = make_house(
        tmp_path,
        sources=[{"name": "staff", "connector": "share", "settings": settings}],
        serve={"address": "https://gleanery.example.org"},
    )
    yield made
    made.close()


@pytest.fixture
def site(house: House) -> Iterator[Site]:
    with served(house) as made:
        yield made


def bookmarklet(house: House, account: str) -> str:
    """What `gleanery share link` prints."""
    config = str(house.config.folder / "config.yaml")
    done = CliRunner().invoke(app, ["share", "link", "--by", account, "--json", "--config", config])
    assert done.exit_code == 0, done.output
    return str(json.loads(done.stdout)["bookmarklet"])


def opened(site: Site, text: str, url: str = PAGE) -> requests.Response:
    """What the browser gets that runs the bookmarklet on a page."""
    target = re.findall(r"window\.open\('([^']+)'", text)[0] + requests.utils.quote(url, safe="")
    parts = urlsplit(target)
    return requests.get(f"{site.url}{parts.path}?{parts.query}&n=Rigging&w=", timeout=5)


def test_a_page_shared_by_bookmarklet_waits_for_the_curator_with_who_and_why(
    house: House, site: Site
) -> None:
    form = opened(site, bookmarklet(house, "curator"))
    assert form.status_code == 200
    assert "<script" not in form.text
    ticket = unescape(re.findall(r'name="ticket" value="([^"]+)"', form.text)[0])
    fields = {"ticket": ticket, "url": PAGE, "title": "Rigging basics", "why": WHY}
    answer = requests.post(f"{site.url}/in/source-staff/page", data=fields, timeout=5)
    assert (answer.status_code, "on its way" in answer.text) == (200, True)
    absorb(house, "staff")
    screen(house)
    (row,) = queue(house).rows
    assert (row.url, row.title, row.platforms) == (PAGE, "Rigging basics", ("share",))


def test_a_revoked_bookmarklet_opens_nothing(house: House, site: Site) -> None:
    text = bookmarklet(house, "curator")
    config = str(house.config.folder / "config.yaml")
    done = CliRunner().invoke(app, ["share", "revoke", "--by", "curator", "--config", config])
    assert done.exit_code == 0, done.output
    assert opened(site, text).status_code == 403


def test_a_shared_mail_waits_for_the_curator(house: House, tmp_path: Path) -> None:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Message-ID"] = (
        "lead@example.org",
        "Fwd: Rigging basics",
        "<1@example.org>",
    )
    mail.set_content(f"{WHY}\n\n---------- Forwarded message ---------\nFrom: x\n{PAGE}\n")
    (tmp_path / "mail" / "1.eml").write_bytes(bytes(mail))
    assert not read(house, "staff").faults
    screen(house)
    (row,) = queue(house).rows
    assert (row.url, row.title, row.platforms) == (PAGE, "Rigging basics", ("share",))


def test_the_command_names_what_is_missing(tmp_path: Path) -> None:
    house = make_house(tmp_path)
    config = str(house.config.folder / "config.yaml")
    house.close()
    done = CliRunner().invoke(app, ["share", "link", "--by", "curator", "--config", config])
    assert "--source" in str(done.exception)

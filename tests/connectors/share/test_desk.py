"""The page that bookmarklets lead to: who may share, what, how much, and that nothing else gets in."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from html import unescape
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from pydantic import ValidationError

from connectors.share import Share
from connectors.share.settings import ShareSettings
from gleanery.errors import ConfigError
from gleanery.http import GuardedHttp
from gleanery.ports import Context, Received
from gleanery.testing import Clock, MemoryInbox, check_settings_refused, make_context

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PAGE = "https://group.example.org/posts/7?x=1"
Answer = tuple[int, Mapping[str, str], str]


class Browser:
    """Somebody with a bookmarklet."""

    def __init__(self, share: Share, account: str = "curator") -> None:
        self.share = share
        self.bookmarklet = share.bookmarklet(account)
        self.token = re.findall(r"\?t=([\w.-]+)&", self.bookmarklet)[0]

    def get(self, url: str = PAGE, title: str = "A title", why: str = "", token: str | None = None) -> Answer:
        """Click on the bookmarklet."""
        query = urlencode({"t": self.token if token is None else token, "u": url, "n": title, "w": why})
        return self._answered("GET", query, {}, b"")

    def ticket(self) -> str:
        """The hidden field of a fresh form."""
        _, _, body = self.get()
        return unescape(re.findall(r'name="ticket" value="([^"]+)"', body)[0])

    def send(self, ticket: str | None = None, headers: Mapping[str, str] = FORM, **fields: str) -> Answer:
        """Send the form."""
        values = {
            "ticket": ticket or self.ticket(),
            "url": PAGE,
            "title": "A title",
            "why": "Look!",
            **fields,
        }
        return self._answered("POST", "", headers, urlencode(values).encode())

    def _answered(self, method: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        (endpoint,) = self.share.endpoints()
        status, given, page = endpoint.answer(method, query, headers, body)
        return status, given, page.decode()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ctx(tmp_path: Path, clock: Clock) -> Context:
    made = make_context(tmp_path / "own", GuardedHttp(), clock)
    return replace(made, address="https://gleanery.example.org/in/source-staff")


@pytest.fixture
def make(ctx: Context) -> Callable[..., Share]:
    secret = secrets.token_hex(32)
    return lambda **settings: Share(ShareSettings(**{"secret": secret, **settings}), ctx)


@pytest.fixture
def browser(make: Callable[..., Share]) -> Browser:
    return Browser(make())


def waiting(ctx: Context) -> list[Received]:
    assert isinstance(ctx.inbox, MemoryInbox)
    return ctx.inbox.waiting


def test_a_page_that_is_shared_becomes_a_post_with_who_and_why(browser: Browser, ctx: Context) -> None:
    assert browser.send(why="  The checklist is good.  ", title=" Rigging \n basics ")[0] == 200
    page = browser.share.receive(waiting(ctx))
    (post,) = page.posts
    assert (post.platform, post.realm, post.internal, post.act) == ("share", "share", True, "shared")
    assert (post.text, post.author.external_id if post.author else "") == (
        "The checklist is good.",
        "curator",
    )
    assert [(link.url, link.title) for link in post.links] == [(PAGE, "Rigging basics")]
    assert post.published_at == ctx.now()
    assert page.complete


def test_a_page_that_is_shared_again_by_the_same_person_is_the_same_post(
    browser: Browser, ctx: Context
) -> None:
    browser.send(why="Good")
    browser.send(why="Very good")
    Browser(browser.share, "lead").send(why="Mine too")
    posts = browser.share.receive(waiting(ctx)).posts
    assert [post.text for post in posts] == ["Good", "Very good", "Mine too"]
    assert posts[0].external_id == posts[1].external_id != posts[2].external_id


def test_to_look_at_the_form_changes_nothing_and_runs_no_script(browser: Browser, ctx: Context) -> None:
    status, headers, body = browser.get()
    assert (status, waiting(ctx)) == (200, [])
    assert "<script" not in body
    assert "default-src 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"


def test_what_the_page_shows_of_the_address_is_never_markup(browser: Browser) -> None:
    nasty = '"><script>alert(1)</script><input value="'
    _, _, body = browser.get(url=f"https://x.example.org/{nasty}", title=nasty, why="</textarea>" + nasty)
    assert "<script" not in body
    assert body.count("</textarea>") == 1
    _, _, body = Browser(browser.share, nasty).get()
    assert "<script" not in body


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "file:///etc/passwd", "data:text/html,x", "ftp://x.example.org/", "", "https://",
     "https://user:word@x.example.org/", "https://x.example.org/ y", "https://x.example.org/" + "a" * 5_000],
)  # fmt: skip
def test_only_pages_of_the_web_are_taken(browser: Browser, ctx: Context, url: str) -> None:
    assert browser.send(url=url)[0] == 400
    assert waiting(ctx) == []


def test_without_a_ticket_of_its_own_a_form_is_not_taken(browser: Browser, ctx: Context) -> None:
    for ticket in ("", "x", "a.b", "ä.ö", browser.token, browser.ticket()[:-2] + "AA", "e30." * 900):
        assert browser.send(ticket=ticket or " ")[0] == 403
    assert waiting(ctx) == []


def test_a_token_signed_with_another_secret_or_for_another_realm_opens_nothing(
    make: Callable[..., Share], browser: Browser
) -> None:
    for other in (make(secret=secrets.token_hex(32)), make(realm="other")):
        assert browser.get(token=Browser(other).token)[0] == 403
    for broken in ("", ".", "a", browser.token + "A", browser.token.replace(".", ""), "W10.W10"):
        assert browser.get(token=broken)[0] == 403


def test_a_ticket_is_no_token_and_is_good_for_one_share(browser: Browser, ctx: Context) -> None:
    ticket = browser.ticket()
    assert browser.get(token=ticket)[0] == 403
    assert browser.send(ticket=ticket)[0] == 200
    status, _, body = browser.send(ticket=ticket, url="https://other.example.org/")
    assert (status, "before" in body) == (200, True)
    assert len(waiting(ctx)) == 1


def test_a_form_left_open_for_long_is_not_taken(browser: Browser, clock: Clock, ctx: Context) -> None:
    ticket = browser.ticket()
    clock.move(timedelta(minutes=61))
    assert browser.send(ticket=ticket)[0] == 403
    assert waiting(ctx) == []


def test_a_bookmarklet_runs_out(make: Callable[..., Share], clock: Clock) -> None:
    browser = Browser(make(valid_days=30))
    clock.move(timedelta(days=29, hours=23))
    ticket = browser.ticket()
    clock.move(timedelta(minutes=59))
    assert browser.send(ticket=ticket)[0] == 200
    clock.move(timedelta(minutes=30))
    assert browser.get()[0] == 403
    assert browser.send(ticket=ticket)[0] == 403


def test_a_revoked_bookmarklet_and_its_open_forms_end_and_a_new_one_works(
    browser: Browser, clock: Clock
) -> None:
    ticket = browser.ticket()
    lead = Browser(browser.share, "lead")
    browser.share.revoke("curator")
    assert browser.get()[0] == 403
    assert browser.send(ticket=ticket)[0] == 403
    assert lead.get()[0] == 200
    clock.move(timedelta(seconds=1))
    assert Browser(browser.share).get()[0] == 200


def test_one_person_shares_so_many_pages_a_day_and_others_are_not_held_up(
    make: Callable[..., Share], clock: Clock, ctx: Context
) -> None:
    browser = Browser(make(per_day=3))
    answers = [browser.send(url=f"https://x.example.org/{number}")[0] for number in range(5)]
    assert answers == [200, 200, 200, 429, 429]
    assert Browser(browser.share, "lead").send()[0] == 200
    clock.move(timedelta(days=1))
    assert browser.send()[0] == 200
    assert len(waiting(ctx)) == 5


def test_what_is_too_long_or_no_form_is_refused(browser: Browser, ctx: Context) -> None:
    assert browser.send(why="x" * 2_001)[0] == 400
    assert browser.send(title="x" * 301)[0] == 400
    assert browser.send(why="x" * 40_000)[0] == 413
    assert browser.send(headers={"content-type": "application/json"})[0] == 415
    assert browser.send(headers={})[0] == 415
    assert browser.send(**{f"field{number}": "" for number in range(30)})[0] == 403
    assert waiting(ctx) == []


def test_a_broken_event_is_a_fault_and_the_others_come_in(browser: Browser, ctx: Context) -> None:
    browser.send()
    ctx.inbox.put("odd", {"account": "curator"})
    ctx.inbox.put("long", {"account": "a", "url": PAGE, "title": "", "why": "x" * 300_000})
    page = browser.share.receive(waiting(ctx))
    assert len(page.posts) == 1
    assert [fault.where for fault in page.faults] == ["share odd", "share long"]
    assert "curator" not in str(page.faults)


def test_a_bookmarklet_is_one_script_that_holds_no_secret(browser: Browser) -> None:
    text = browser.bookmarklet
    assert text.startswith(
        "javascript:void(window.open('https://gleanery.example.org/in/source-staff/page?t="
    )
    assert urlsplit(text).scheme == "javascript"
    assert "\n" not in text
    assert '"' not in text


def test_without_a_secret_or_an_address_there_is_no_bookmarklet(
    make: Callable[..., Share], ctx: Context, tmp_path: Path
) -> None:
    only_mail = Share(ShareSettings(folder=tmp_path, senders=["example.org"]), ctx)
    assert only_mail.endpoints() == []
    with pytest.raises(ConfigError, match="secret"):
        only_mail.bookmarklet("curator")
    unreachable = Share(make()._settings, replace(ctx, address=""))
    with pytest.raises(ConfigError, match=r"serve\.address"):
        unreachable.bookmarklet("curator")
    assert [(line.ok, line.remedy) for line in unreachable.check()] == [(False, "Set `serve.address`.")]
    assert [line.ok for line in make().check()] == [True]


def test_settings_that_mean_nothing_are_refused(tmp_path: Path) -> None:
    check_settings_refused(Share, {"secrets": "x"})
    for settings in ({}, {"secret": secrets.token_hex(8)}, {"folder": tmp_path}):
        with pytest.raises(ValidationError):
            ShareSettings.model_validate(settings)

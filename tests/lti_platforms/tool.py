"""Our tool as a server of its own: the endpoints of an adapter, and a page that stands for what learners open."""

from __future__ import annotations

import dataclasses
import ssl
import threading
from urllib.parse import urlencode, urlsplit

import requests

from gleanery.ports import Context
from gleanery.testing import Fake
from gleanery.testing.fakes import Asked, Reply
from lms_adapters.lti import Lti, Settings
from tests.lms_adapters.lti.browser import Browser, Seen

PLACE = "/in/destination-test"
_HERE = b"<!doctype html><title>Learning</title><h1>You are here</h1><img src=/learn/shown alt=''>"


class Tool(Fake):
    """The endpoints of an adapter, served. `shown` is set once a browser shows the page for learners."""

    def __init__(self, context: Context, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        super().__init__()
        self._host, self._scheme = host, "https" if tls else "http"
        if tls:
            self._server.socket = tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._context = dataclasses.replace(context, address=self.address)
        self.adapter = Lti(Settings(), self._context)
        self.shown = threading.Event()

    @property
    def url(self) -> str:
        """Where it is, by the name that browsers use."""
        return f"{self._scheme}://{self._host}:{self._server.server_address[1]}"

    @property
    def address(self) -> str:
        """Where the endpoints are."""
        return f"{self.url}{PLACE}"

    def registered(self, settings: Settings) -> None:
        """Register it by hand."""
        self.adapter = Lti(settings, self._context)
        self._doors = {one.name: one for one in self.adapter.endpoints()}

    def answer(self, asked: Asked) -> Reply:
        """What the adapter answers, or the page of a learner."""
        if asked.path == "/learn/enter":
            return Reply(200, _HERE, {"Content-Type": "text/html"})
        if asked.path == "/learn/shown":
            self.shown.set()
        door = self._doors.get(asked.path.removeprefix(f"{PLACE}/"))
        if door is None or asked.method not in door.methods:
            return Reply(404, b"")
        status, headers, body = door.answer(asked.method, asked.search, asked.headers, asked.body)
        return Reply(status, body, {name.title(): str(value) for name, value in headers.items()})


class Visitor(Browser):
    """A browser that goes over the wire; it keeps our cookies whatever the scheme, as loopback has no https here."""

    def __init__(self, tool: Tool) -> None:
        super().__init__(tool.adapter, tool.address)

    def _ask(self, method: str, url: str, body: bytes) -> Seen:
        told = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Content-Type": "application/x-www-form-urlencoded", **({"Cookie": told} if told else {})}
        answer = requests.request(method, url, data=body, headers=headers, allow_redirects=False, timeout=10)
        seen = Seen(
            answer.status_code,
            {name.lower(): value for name, value in answer.headers.items()},
            answer.content,
        )
        self._keep(seen.headers.get("set-cookie"))
        return seen

    def sent_by(self, lms: str, **asked: str) -> Seen:
        """From a link in the LMS to our page: what the LMS redirects to and posts, done as a browser does."""
        began = requests.get(f"{lms}/start?{urlencode(asked)}", allow_redirects=False, timeout=10)
        began.raise_for_status()
        onward = self.get(self.get(began.headers["location"]).location).location
        assert onward.startswith(f"{lms}/auth?"), onward
        posted = requests.get(onward, timeout=10)
        assert posted.ok, posted.text
        form = posted.json()
        return self.post(urlsplit(form["action"]).path.rpartition("/")[2], form["fields"])

"""The browser comes back to this machine: it is told how it went, and only the right answer counts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import requests

from gleanery.cli.redirect import Redirect, listening
from gleanery.errors import BadInput, ConfigError, Denied


def finish(address: str) -> str:
    """What a sign-in makes of an answer: `right` is waited for, `denied` was refused."""
    if "state=denied" in address:
        raise Denied("It was not <b>allowed</b>.")
    if "state=right" not in address:
        raise BadInput("No sign-in waits for it.")
    return address


@contextmanager
def browsing(act: Callable[[], object]) -> Iterator[None]:
    """A browser beside the waiting."""
    thread = threading.Thread(target=act)
    thread.start()
    yield
    thread.join()


def ask(place: Redirect, path: str) -> requests.Response:
    return requests.get(place.address + path, timeout=10)


def test_who_comes_back_is_told_that_it_is_connected() -> None:
    told: list[requests.Response] = []
    with listening(0) as place, browsing(lambda: told.append(ask(place, "?code=c&state=right"))):
        assert place.wait(10, finish) == f"{place.address}?code=c&state=right"
    assert (told[0].status_code, "close this window" in told[0].text) == (200, True)
    assert told[0].headers["Cache-Control"] == "no-store"
    assert told[0].headers["Referrer-Policy"] == "no-referrer"
    assert told[0].headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_an_answer_to_another_sign_in_is_turned_away_and_the_right_one_waited_for() -> None:
    told: list[int] = []

    def browse() -> None:
        for path in ("favicon.ico", "?code=c&state=wrong", "", "?code=c&state=right"):
            told.append(ask(place, path).status_code)

    with listening(0) as place, browsing(browse):
        assert place.wait(10, finish).endswith("state=right")
    assert told == [404, 400, 404, 200]


def test_a_refusal_is_told_in_the_browser_and_to_who_waits() -> None:
    told: list[requests.Response] = []
    with (
        listening(0) as place,
        browsing(lambda: told.append(ask(place, "?error=access_denied&state=denied"))),
        pytest.raises(Denied),
    ):
        place.wait(10, finish)
    assert told[0].status_code == 400
    assert "It was not &lt;b&gt;allowed&lt;/b&gt;." in told[0].text


def test_where_nobody_comes_in_time_another_way_is_named() -> None:
    with listening(0) as place, pytest.raises(Denied, match="--paste"):
        place.wait(0.05, finish)


def test_where_only_a_stranger_came_that_is_what_is_told() -> None:
    with (
        listening(0) as place,
        browsing(lambda: ask(place, "?code=c&state=wrong")),
        pytest.raises(Denied, match="No sign-in waits"),
    ):
        place.wait(1, finish)


def test_a_port_that_is_taken_is_told_with_the_option() -> None:
    with listening(0) as place:
        taken = int(place.address.rstrip("/").rpartition(":")[2])
        with pytest.raises(ConfigError, match="--port"), listening(taken):
            pass

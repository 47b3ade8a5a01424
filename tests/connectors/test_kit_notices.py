"""The kit notices what it is there for: each of these connectors does one thing wrong, and one test says so."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest

from connectors._errors import Rule
from gleanery.errors import ConfigError, GleaneryError, Unreachable
from gleanery.model.posts import PostDraft
from gleanery.ports import Check, Connector, Page, Policy
from gleanery.testing import ConnectorContract
from tests.connectors.board import Board, BoardSettings, BoardWorld


class TestBoard(ConnectorContract):
    """The one that does everything right."""

    connector = Board
    world = BoardWorld


class Mute(Board):
    """Tells nobody what to do."""

    errors: ClassVar[tuple[Rule, ...]] = (Rule("denied", "No."), *Board.errors)


class Broad(Board):
    """Takes any setting."""

    class Settings(BoardSettings, extra="allow"):
        base_url: str = ""
        token: Any = ""


class Blind(Board):
    """Says that all is well without having looked."""

    def check(self) -> Sequence[Check]:
        return [Check("token", True, "the token holds")]


class Hopeful(Board):
    """Takes a refused token for a passing fault."""

    def refused(self, status: int, wait: float | None) -> GleaneryError:
        return Unreachable("Later.", retry_after=wait)


class Stubborn(Board):
    """Asks again and again when asked to wait."""

    def ask(self, path: str, params: Mapping[str, str]) -> Any:
        for _ in range(9):
            try:
                return super().ask(path, params)
            except Unreachable as error:
                last = error
        raise last


class Deaf(Board):
    """Does not say how long it was asked to wait."""

    def refused(self, status: int, wait: float | None) -> GleaneryError:
        return super().refused(status, None)


class Timid(Board):
    """Calls a person for a fault of the platform."""

    def refused(self, status: int, wait: float | None) -> GleaneryError:
        if status >= 500:
            return ConfigError("The board is broken.", remedy="Set it right.")
        return super().refused(status, wait)


class Trusting(Board):
    """Takes a broken answer for an empty one, and goes on behind it."""

    def parsed(self, body: bytes) -> Any:
        try:
            return json.loads(body)
        except ValueError:
            return {"notes": [{"id": 0, "number": 10_000, "text": "", "gone": True}], "more": False}


class Hasty(Board):
    """Moves its mark to the end before the pages on the way are read."""

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        pages = list(super().pages(partition, state))
        yield from (replace(page, state=pages[-1].state) for page in pages)


class Restless(Board):
    """Tells the same note in other words each time."""

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        yield from super().pages(partition, {})

    def draft(self, note: Mapping[str, Any]) -> PostDraft:
        words = f"{note['text']} ({len(self.ctx.store.get('seen') or [])})"
        self.ctx.store.put("seen", [*(self.ctx.store.get("seen") or []), 1])
        return super().draft({**note, "text": words})


class Strict(Board):
    """Knows exactly which fields there are."""

    def draft(self, note: Mapping[str, Any]) -> PostDraft:
        if set(note) != {"id", "number", "text", "gone"}:
            raise Unreachable("The board's answer has other fields.")
        return super().draft(note)


class Stiff(Board):
    """Never looks at a note again."""

    def page(self, notes: Sequence[Mapping[str, Any]], state: Mapping[str, Any], *, complete: bool) -> Page:
        there = {post.external_id for post in self.ctx.known.posts()}
        news = [note for note in notes if note["gone"] or str(note["id"]) not in there]
        return super().page(news, state, complete=complete)


class Faithful(Board):
    """Believes in no disappearance."""

    def page(self, notes: Sequence[Mapping[str, Any]], state: Mapping[str, Any], *, complete: bool) -> Page:
        return replace(super().page(notes, state, complete=complete), gone=())


class Chatty(Board):
    """Says with which token it was refused."""

    def refused(self, status: int, wait: float | None) -> GleaneryError:
        error = super().refused(status, wait)
        error.args = (f"{error} ({self.settings.token.get_secret_value()})",)
        error.message = str(error.args[0])
        return error


class Logging(Board):
    """Writes down with which token it asks."""

    def ask(self, path: str, params: Mapping[str, str]) -> Any:
        self.ctx.log.info("board.asked", token=self.settings.token.get_secret_value())
        return super().ask(path, params)


class Wasteful(Board):
    """Reads everything each time."""

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        yield from super().pages(partition, {})


class Forgetful(Board):
    """Never shows again what it may not keep for long."""

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        kept = {**state, "whole": self.ctx.now().isoformat()} if state else state
        yield from super().pages(partition, kept)


class Early(Board):
    """Believes that our clock is the platform's: what changed in a minute to come is left out for good."""

    policy = Policy(may_store_text=True)

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        minute = int(self.ctx.now().timestamp() // 60) - 29_474_640
        for page in super().pages(partition, state):
            yield replace(page, state={**page.state, "after": max(page.state["after"], minute)})


NOTICED = [
    (Mute, "test_declares_checked_settings_a_policy_and_its_refusals"),
    (Broad, "test_declares_checked_settings_a_policy_and_its_refusals"),
    (Blind, "test_a_check_says_what_to_do_when_access_is_refused"),
    (Hopeful, "test_refused_access_is_for_a_person_to_put_right"),
    (Stubborn, "test_asked_to_wait_it_ends_at_once_and_goes_on_later"),
    (Deaf, "test_asked_to_wait_it_ends_at_once_and_goes_on_later"),
    (Timid, "test_a_fault_of_the_platform_is_tried_again"),
    (Trusting, "test_what_is_no_json_loses_nothing"),
    (Hasty, "test_killed_after_any_page_it_goes_on_and_loses_nothing"),
    (Restless, "test_a_second_reading_brings_nothing_new"),
    (Strict, "test_fields_nobody_knows_are_ignored"),
    (Stiff, "test_an_edit_changes_the_same_post"),
    (Faithful, "test_what_is_deleted_goes"),
    (Chatty, "test_no_secret_is_said_anywhere"),
    (Logging, "test_no_secret_is_said_anywhere"),
    (Wasteful, "test_a_reading_that_finds_nothing_stays_within_its_budget"),
    (Forgetful, "test_nothing_grows_older_than_the_terms_allow"),
    (Early, "test_a_clock_that_is_wrong_by_minutes_loses_nothing"),
]


@pytest.mark.parametrize(("wrong", "test"), NOTICED, ids=lambda one: getattr(one, "__name__", one))
def test_what_is_wrong_is_noticed(tmp_path: Path, wrong: type[Connector], test: str) -> None:
    class Contract(ConnectorContract):
        connector = wrong
        world = BoardWorld
        quiet_requests = 1

    given = () if test.startswith("test_declares") else (tmp_path,)
    with pytest.raises((AssertionError, GleaneryError)):
        getattr(Contract(), test)(*given)

"""A small platform and its connector, right in everything that the kit asks: what goes wrong is put in by tests."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from pydantic import SecretStr

from connectors._errors import Rule, refusal
from gleanery.errors import GleaneryError, Unreachable
from gleanery.model.posts import PostDraft, PostKind, Vanished
from gleanery.ports import API_VERSION, Check, Context, Page, Policy, Settings
from gleanery.testing import Asked, Clock, Fake, Reply

PAGE = 5


class BoardWorld(Fake):
    """Notes that are pinned, changed and taken off; each change has the next number."""

    CONNECTOR = "board"

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.token = secrets.token_hex(12)
        self._number = 0
        self._notes: dict[int, dict[str, Any]] = {}

    def settings(self) -> dict[str, Any]:
        """The connector's settings for this world."""
        return {"base_url": self.url, "token": {"env": "BOARD_TOKEN"}}

    def set_env(self) -> dict[str, str]:
        """The token."""
        return {"BOARD_TOKEN": self.token}

    def rest(self, clock: Clock) -> Sequence[timedelta]:
        """Everything is known at once, but that what is old is shown again."""
        return [timedelta(hours=1)]

    def truth(self) -> dict[str, str]:
        """What is pinned."""
        return {str(key): note["text"] for key, note in self._notes.items() if not note["gone"]}

    def change(self, rng: random.Random) -> None:
        """Something is pinned, changed or taken off."""
        self._number += 1
        pinned = [key for key, note in self._notes.items() if not note["gone"]]
        if not pinned or rng.random() < 0.6:
            key, note = self._number, {"gone": False}
        else:
            key, note = rng.choice(pinned), {"gone": rng.random() < 0.4}
        self._notes[key] = {**note, "id": key, "number": self._number, "text": f"Note {self._number}"}

    def answer(self, asked: Asked) -> Reply:
        """The notes that changed after a number, oldest change first."""
        if asked.headers.get("authorization") != f"Bearer {self.token}":
            return Reply(401, {"error": "token"})
        if asked.path == "/me":
            return Reply(200, {"name": "reader"})
        after = int(asked.query.get("after", 0))
        found = sorted(self._notes.values(), key=lambda note: note["number"])
        left = [note for note in found if note["number"] > after]
        return Reply(200, {"notes": left[:PAGE], "more": len(left) > PAGE})


class BoardSettings(Settings):
    """Where the board is, and with what it is read."""

    base_url: str
    token: SecretStr


class Board:
    """Reads the notes."""

    name: ClassVar[str] = "board"
    api_version: ClassVar[int] = API_VERSION
    Settings: ClassVar[type[Settings]] = BoardSettings
    policy = Policy(may_store_text=True, max_age=timedelta(days=3))
    errors: ClassVar[tuple[Rule, ...]] = (
        Rule("denied", "The board refuses the token.", "Make a new one.", statuses=(401, 403)),
        Rule("unreachable", "The board does not answer ({status})."),
    )

    def __init__(self, settings: BoardSettings, ctx: Context) -> None:
        self.settings, self.ctx = settings, ctx

    def check(self) -> Sequence[Check]:
        """Whether the token holds."""
        try:
            self.ask("/me", {})
        except GleaneryError as error:
            return [Check("token", False, error.message, error.remedy or "Try again later.")]
        return [Check("token", True, "the token holds")]

    def partitions(self) -> Sequence[str]:
        """One."""
        return ["notes"]

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """What changed; and everything once a day, as it may be kept for three only."""
        now = self.ctx.now().isoformat()
        whole = state.get("whole", now)
        if now[:10] != whole[:10]:
            state, whole = {}, now
        after, more = int(state.get("after", 0)), True
        while more:
            page = self.ask("/notes", {"after": str(after)})
            notes, more = page["notes"], page["more"]
            after = max([after, *(note["number"] for note in notes)])
            yield self.page(notes, {"after": after, "whole": whole}, complete=not more)

    def page(self, notes: Sequence[Mapping[str, Any]], state: Mapping[str, Any], *, complete: bool) -> Page:
        """The notes as posts and disappearances."""
        posts = [self.draft(note) for note in notes if not note["gone"]]
        gone = [
            Vanished(platform="board", realm="b", external_id=str(note["id"]))
            for note in notes
            if note["gone"]
        ]
        return Page(posts, state, complete=complete, gone=gone)

    def draft(self, note: Mapping[str, Any]) -> PostDraft:
        """One note."""
        return PostDraft(
            platform="board", realm="b", external_id=str(note["id"]), kind=PostKind.MESSAGE, text=note["text"]
        )

    def ask(self, path: str, params: Mapping[str, str]) -> Any:
        """The JSON of an answer."""
        token = self.settings.token.get_secret_value()
        response = self.ctx.http.get(
            self.settings.base_url + path, params=params, headers={"Authorization": f"Bearer {token}"}
        )
        if response.status_code != 200:
            wait = response.headers.get("Retry-After")
            raise self.refused(response.status_code, float(wait) if wait else None)
        return self.parsed(response.content)

    def refused(self, status: int, wait: float | None) -> GleaneryError:
        """The error for a refusal."""
        return refusal(self.errors, status, "", retry_after=wait)

    def parsed(self, body: bytes) -> Any:
        """The JSON of a body."""
        try:
            return json.loads(body)
        except ValueError as error:
            raise Unreachable("The board's answer was cut.") from error

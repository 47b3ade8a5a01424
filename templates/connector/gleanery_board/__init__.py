"""A notice board: GET /notices?cursor= gives {"notices": [{id, text, link, author, at}], "next": cursor or null}.

Oldest first, so the cursor is all the state. Replace this with your platform, and with the address of its documents.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError

from gleanery import ports
from gleanery.errors import Denied, GleaneryError, Unreachable
from gleanery.model.posts import Author, PostDraft, PostKind, SharedLink
from gleanery.ports import Check, Context, Fault, Page, Policy


class BoardSettings(ports.Settings):
    """Where the board is, and the key to it."""

    base_url: str = Field(default="https://board.example.org", pattern=r"^https?://[^/@?]+$")
    key: SecretStr


class Board:
    """Reads a notice board, one partition."""

    name: ClassVar[str] = "board"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[ports.Settings]] = BoardSettings
    policy = Policy(may_store_text=True)  # what the platform's terms allow; unknown means no

    def __init__(self, settings: BoardSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        self._realm = urlsplit(settings.base_url).netloc

    def check(self) -> Sequence[Check]:
        """Whether the board answers and takes the key; one request."""
        try:
            self._get("")
        except GleaneryError as error:
            return [Check("key", False, error.message, error.remedy)]
        return [Check("key", True, "the board answers.")]

    def partitions(self) -> Sequence[str]:
        """The board is read as a whole."""
        return ["notices"]

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        """The notices since `state`, which holds where to go on (`cursor`)."""
        cursor = str(state.get("cursor", ""))
        while True:
            body = self._get(cursor)
            posts, faults = self._posts(body.get("notices", []))
            more = bool(body.get("next")) and body["next"] != cursor
            cursor = body["next"] if more else cursor
            yield Page(posts, {"cursor": cursor}, complete=not more, faults=faults)
            if not more:
                return

    def _posts(self, records: Sequence[Any]) -> tuple[list[PostDraft], list[Fault]]:
        """The records made into posts; a broken one is a fault and stops no other."""
        posts, faults = [], []
        for number, record in enumerate(records, 1):
            try:
                posts.append(self._post(record))
            except (ValidationError, ValueError, LookupError, TypeError) as error:
                faults.append(Fault(f"notice {number}", type(error).__name__))
        return posts, faults

    def _post(self, record: Mapping[str, Any]) -> PostDraft:
        return PostDraft(
            platform=self.name,
            realm=self._realm,
            external_id=str(record["id"]),
            kind=PostKind.MESSAGE,
            text=record["text"],
            author=Author(external_id=record["author"]),
            published_at=datetime.fromisoformat(record["at"]),
            links=(SharedLink(url=record["link"]),) if record.get("link") else (),
        )

    def _get(self, cursor: str) -> dict[str, Any]:
        """A page of the board. Raises: Denied, Unreachable."""
        response = self._ctx.http.get(
            f"{self._settings.base_url}/notices",
            headers={"Authorization": f"Bearer {self._settings.key.get_secret_value()}"},
            params={"cursor": cursor},
        )
        if response.status_code in (401, 403):
            raise Denied("The board refuses the key.", remedy="Check `key`.", stops_source=True)
        if response.status_code != 200:
            wait = response.headers.get("Retry-After", "")
            raise Unreachable(
                f"The board answers {response.status_code}.",
                retry_after=float(wait) if wait.isdigit() else None,
                stops_source=True,
            )
        try:
            return dict(response.json())
        except ValueError as error:
            raise Unreachable("The board gave half an answer.", stops_source=True) from error

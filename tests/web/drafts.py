"""A connector for tests of the pages: it reads drafts as they stand in a file, and offers an inbound endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from pydantic import SecretStr

from gleanery.model.posts import PostDraft
from gleanery.ports import Check, Context, Endpoint, Page, Policy, Settings


class DraftsSettings(Settings):
    """Where the drafts stand, one JSON object a line."""

    posts: Path
    key: SecretStr | None = None
    may_embed: bool = False
    words_may_leave: bool = True
    may_score: bool = False


class Drafts:
    """Reads every draft in one page."""

    name: ClassVar[str] = "drafts"
    api_version: ClassVar[int] = 1
    Settings: ClassVar[type[Settings]] = DraftsSettings
    policy: Policy

    def __init__(self, settings: DraftsSettings, ctx: Context) -> None:
        self._settings, self._ctx = settings, ctx
        self.policy = Policy(
            may_store_text=True,
            may_pass_text_on=settings.words_may_leave,
            may_embed=settings.may_embed,
            may_score=settings.may_score,
        )

    def check(self) -> Sequence[Check]:
        return [Check("file", self._settings.posts.exists(), "the file of drafts")]

    def partitions(self) -> Sequence[str]:
        return ("all",)

    def pages(self, partition: str, state: Mapping[str, Any]) -> Iterator[Page]:
        lines = self._settings.posts.read_text("utf-8").splitlines()
        yield Page([PostDraft.model_validate_json(line) for line in lines], {"lines": len(lines)}, True)

    def endpoints(self) -> Sequence[Endpoint]:
        return (Endpoint("bell", ("POST",), self._ring),)

    def _ring(
        self, method: str, query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        self._ctx.store.put("rung", body.decode())
        return (
            202,
            {"content-type": "text/plain"},
            f"heard {headers.get('x-from', 'nobody')} {query}".encode(),
        )

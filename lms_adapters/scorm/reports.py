"""What the pages of a package tell us: taken from anybody who has the package, and valued accordingly.

A page runs in whatever LMS it was imported into, so it sends no credentials; it shows the tag of its item, made with a
key that never leaves the house. Whoever has the package can read the tag and say anything of anybody, which is why
nothing better than `opened` or `self-declared` is taken. The body is text/plain: a browser then asks for no leave
beforehand (https://fetch.spec.whatwg.org/#cors-safelisted-method).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints, ValidationError

from gleanery.ports import Context, Deed

DONE = "done"
"""The endpoint's name."""

LONGEST = 2_000
"""Bytes that a report may have."""

_KEY = "report-key"
_OLDEST = timedelta(days=400)
_ANYBODY = {"access-control-allow-origin": "*", "cache-control": "no-store"}
Answer = tuple[int, Mapping[str, str | tuple[str, ...]], bytes]


class Report(BaseModel):
    """The body of a report. `event`: the page's id of this learner's way through the item."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    item: UUID
    tag: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    did: Literal["opened", "completed"]
    learner: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]
    event: Annotated[str, StringConstraints(pattern="^[0-9a-f]{32}$")]
    evidence: Literal["opened", "self-declared"]
    at: AwareDatetime


class Reports:
    """Signs the pages of a package and takes what they report. `realm`: the LMS that names the learners."""

    def __init__(self, ctx: Context, realm: str) -> None:
        self._ctx, self._realm = ctx, realm

    def tag(self, item: UUID) -> str:
        """What a page of this item shows, the same in every package of this destination; makes the key at first."""
        key = self._ctx.secrets.get(_KEY)
        if key is None:
            key = secrets.token_bytes(32)
            self._ctx.secrets.put(_KEY, key)
        return _tag(key, item)

    def answer(self, method: str, query: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """204 where it was taken in; 400, 403 or 413 where not."""
        if len(body) > LONGEST:
            return 413, _ANYBODY, b""
        try:
            report = Report.model_validate_json(body)
        except ValidationError:
            return 400, _ANYBODY, b""
        key = self._ctx.secrets.get(_KEY)
        if key is None or not hmac.compare_digest(report.tag, _tag(key, report.item)):
            return 403, _ANYBODY, b""
        self._ctx.learners.tell([self._deed(report)])
        return 204, _ANYBODY, b""

    def _deed(self, report: Report) -> Deed:
        event = uuid5(report.item, f"{report.event} {report.did} {report.learner}")
        return Deed(
            realm=self._realm,
            account=report.learner,
            event=str(event),
            did=report.did,
            at=self._believable(report.at),
            item_id=report.item,
            evidence=report.evidence,
        )

    def _believable(self, at: datetime) -> datetime:
        """The page's time, or ours where it is in the future or too long ago."""
        now = self._ctx.now()
        return at.astimezone(UTC) if now - _OLDEST <= at <= now else now


def _tag(key: bytes, item: UUID) -> str:
    return hmac.new(key, item.bytes, hashlib.sha256).hexdigest()

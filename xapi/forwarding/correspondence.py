"""The requests that are made to a target, and what it answers in the words of xAPI."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from xapi import canonical
from xapi.errors import InvalidStatement
from xapi.forwarding.answers import TargetFault, refuse_fault
from xapi.forwarding.letters import Letter
from xapi.forwarding.target import Target
from xapi.forwarding.wire import NotAnswered, Reply, Transport
from xapi.lrs.http.multipart import Sent, compose, new_boundary
from xapi.validate import read


class Correspondence:
    """Talks to one target."""

    def __init__(self, target: Target, transport: Transport) -> None:
        self._endpoint = target.endpoint.rstrip("/")
        self._transport = transport
        token = base64.b64encode(f"{target.key}:{target.secret}".encode()).decode("ascii")
        self._signature = {"Authorization": f"Basic {token}"}

    def post(self, letters: Sequence[Letter], attachments: Iterable[Sent]) -> Reply:
        """Send letters of one family with their attachments. Raises: TargetFault where no answer came."""
        body = b"[" + b",".join(letter.body for letter in letters) + b"]"
        content_type = "application/json"
        if attached := list(attachments):
            boundary = new_boundary()
            body = b"".join(compose(body, attached, boundary))
            content_type = f"multipart/mixed; boundary={boundary}"
        headers = {"X-Experience-API-Version": letters[0].family, "Content-Type": content_type}
        return self._ask("POST", "statements", headers, body)

    def has(self, letter: Letter) -> bool:
        """Whether the target holds this statement with equal content, voided or not."""
        headers = {"X-Experience-API-Version": letter.family}
        for name in ("statementId", "voidedStatementId"):
            reply = self._ask("GET", f"statements?{name}={letter.id}", headers)
            if reply.status == 200:
                return _same(reply.body, letter.body)
        return False

    def speaks(self, now: datetime) -> str:
        """The families of xAPI the target understands, joined by commas. Raises: TargetFault.

        Some stores have no `about`; those are of the first family.
        """
        reply = self._ask("GET", "about", {})
        if reply.status in (400, 404, 405, 406, 501):
            return "1.0.3"
        refuse_fault(reply, now)
        try:
            versions = msgspec.json.decode(reply.body, type=dict[str, Any]).get("version")
        except (msgspec.MsgspecError, UnicodeDecodeError):
            versions = None
        told = [str(one) for one in versions] if isinstance(versions, list) else []
        families = {"1.0.": "1.0.3", "2.0.": "2.0.0"}
        spoken = [family for mark, family in families.items() if any(f"{v}.".startswith(mark) for v in told)]
        if not spoken:
            raise TargetFault("it does not say that it speaks xAPI 1.0 or 2.0: check the endpoint")
        return ",".join(spoken)

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes = b"") -> Reply:
        url = f"{self._endpoint}/{path}"
        try:
            return self._transport.send(method, url, {**self._signature, **headers}, body)
        except NotAnswered as error:
            raise TargetFault(str(error)) from error


def _same(theirs: bytes, ours: bytes) -> bool:
    try:
        read(theirs)
        return canonical.same(theirs, ours)
    except InvalidStatement:
        return False

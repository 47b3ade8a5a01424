"""A mail server on loopback that keeps what it is given."""

from __future__ import annotations

import ssl
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.servers import free_port


class Mailbox:
    """`mails` holds the raw mails in order; `refuses` makes it turn the next ones away."""

    def __init__(self, tls: ssl.SSLContext | None = None, login: tuple[str, str] | None = None) -> None:
        self.mails: list[bytes] = []
        self.refuses = False
        self._login = login
        options: dict[str, Any] = {"tls_context": tls, "require_starttls": tls is not None}
        if login is not None:
            options |= {"authenticator": self._authenticated, "auth_required": True}
        self._server = Controller(self, hostname="127.0.0.1", port=free_port(), **options)

    @property
    def port(self) -> int:
        return int(self._server.port)

    def messages(self) -> list[EmailMessage]:
        """The mails, read."""
        return [message_from_bytes(mail, policy=default) for mail in self.mails]  # type: ignore[misc]

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        if self.refuses:
            return "451 come back later"
        self.mails.append(envelope.content)
        return "250 kept"

    def _authenticated(self, _server: Any, _session: Any, _envelope: Any, _how: str, data: Any) -> AuthResult:
        given = data if isinstance(data, LoginPassword) else LoginPassword(b"", b"")
        wanted = tuple(word.encode() for word in self._login or ("", ""))
        return AuthResult(success=(given.login, given.password) == wanted)

    def __enter__(self) -> Mailbox:
        self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

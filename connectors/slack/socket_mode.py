"""Events over a connection that we open, for houses that have no public address: https://docs.slack.dev/apis/events-api/using-socket-mode/

slack_sdk keeps the connection: it answers pings, changes over when Slack asks for it, and opens a new one when it
breaks. It is imported only while `gleanery serve` listens.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from urllib.parse import urlsplit

from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from connectors.slack.client import SILENT
from connectors.slack.events import keep
from connectors.slack.web import Web
from gleanery.errors import ConfigError, GleaneryError, Unreachable
from gleanery.ports import Context

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=5)
_OPEN = "apps.connections.open"


class Line(SocketModeClient):
    """A connection whose addresses we ask for, and not oftener than Slack bears."""

    def __init__(self, ctx: Context, web: Web, base_url: str) -> None:
        self._ctx, self._web, self._base_url = ctx, web, base_url
        self._pause, self._not_before = _FIRST_PAUSE, ctx.now()
        super().__init__(app_token="", logger=SILENT, web_client=web.client)
        self.socket_mode_request_listeners.append(self._take)

    def issue_new_wss_url(self) -> str:
        """The address of a new connection. Raises: as `Web.ask`, Unreachable while a pause lasts."""
        now = self._ctx.now()
        if now < self._not_before:
            raise Unreachable("slack: the connection for events is opened again in a while.")
        if now > self._not_before + _LONGEST_PAUSE:
            self._pause = _FIRST_PAUSE
        self._not_before, self._pause = now + self._pause, min(2 * self._pause, _LONGEST_PAUSE)
        return _trusted(str(self._web.ask(_OPEN).get("url") or ""), self._base_url)

    def close(self) -> None:
        """End it now: slack_sdk would wait for its next look at the socket and at its queue."""
        self.closed, self.auto_reconnect_enabled = True, False
        session = self.current_session
        if session is not None and session.sock is not None:
            with suppress(OSError):  # it is closed already
                session.sock.shutdown(socket.SHUT_RDWR)
        self.enqueue_message("{}")
        super().close()

    def _take(self, _: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Keep, then acknowledge: what could not be kept is sent again."""
        try:
            if request.type == "events_api":
                keep(self._ctx, request.payload)
        except GleaneryError as error:
            self._ctx.log.warning("slack.event_not_kept", error=str(error))
            return
        self.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id))


@contextmanager
def listening(ctx: Context, web: Web, base_url: str) -> Iterator[None]:
    """Connected while entered. Raises: as `Web.ask` where Slack gives no address at first."""
    line = Line(ctx, web, base_url)
    try:
        line.connect()  # one that cannot be made now is made by slack_sdk, which looks every five seconds
        yield
    finally:
        line.close()


def _trusted(address: str, base_url: str) -> str:
    """The address, if it is Slack's own and encrypted, or on the host of a `base_url` that is not encrypted either.

    slack_sdk encrypts on port 443 only, whatever the address says.
    """
    parts, base = urlsplit(address), urlsplit(base_url)
    host = parts.hostname or ""
    own = (
        host.endswith((".slack.com", ".slack-gov.com"))
        and parts.scheme == "wss"
        and parts.port in (None, 443)
    )
    plain = base.scheme == "http" and parts.scheme == "ws" and host == base.hostname
    if not (own or plain):
        raise ConfigError(
            "slack: the address given for the events' connection is not Slack's.", remedy="Check `base_url`."
        )
    return address

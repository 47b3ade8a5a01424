"""How a request reaches a target; a host application brings its own way, with its proxies and its limits."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

_MOST_ANSWER = 16 * 1024 * 1024


class Reply(NamedTuple):
    """What a target answered; `headers` have lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class NotAnswered(Exception):
    """No whole answer came, for a reason that holds no address, secret or personal data.

    Whether the request was dealt with is not known.
    """


class Transport(Protocol):
    """Carries requests to a target. Redirects of a POST are not followed."""

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The answer, whatever its status. Raises: NotAnswered."""


class Direct:
    """A connection for each request, straight to the target, with the certificates this machine trusts.

    `timeout`: seconds for connecting and for each silence.
    """

    def __init__(self, timeout: float = 30) -> None:
        self._timeout = timeout

    def send(self, method: str, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = kind(parts.hostname or "", parts.port, timeout=self._timeout)
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, path, body or None, {**headers, "Connection": "close"})
            answer = connection.getresponse()
            content = answer.read(_MOST_ANSWER)
        except TimeoutError as error:
            raise NotAnswered(f"no answer within {self._timeout:g} s") from error
        except (OSError, http.client.HTTPException) as error:
            raise NotAnswered(f"the connection failed ({type(error).__name__})") from error
        finally:
            connection.close()
        return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, content)

"""How a guarded request travels: opened by address, cut at its deadline, TLS by one context."""

from __future__ import annotations

import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Protocol, Self

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from gleanery.errors import ConfigError, Unreachable
from gleanery.http.addresses import Resolver
from gleanery.http.alarm import Alarm

Opener = Callable[[str, int], socket.socket]
_ADDRESSES_TRIED = 4


class Deadline:
    """Cuts every connection it watches when the time is up, whatever they are waiting for."""

    def __init__(self, seconds: float, alarm: Alarm | None = None) -> None:
        """`alarm`: rings for it; else a thread of its own does."""
        self.passed = False
        self._end = time.monotonic() + seconds
        self._watched: list[socket.socket] = []
        self._lock = threading.Lock()
        self._alarm, self._closes = alarm or Alarm(), alarm is None

    def within(self, seconds: float) -> float:
        """At most `seconds`, and no longer than what is left."""
        return max(0.01, min(seconds, self._end - time.monotonic()))

    def watch(self, connection: socket.socket) -> None:
        """Remember a connection; the copy shares it even after TLS has taken over the original."""
        with self._lock:
            self._watched.append(connection.dup())
            if self.passed:
                self._shut_down()

    def _cut(self) -> None:
        with self._lock:
            self.passed = True
            self._shut_down()

    def _shut_down(self) -> None:
        for connection in self._watched:
            with suppress(OSError):  # it is already closed, which is what was wanted
                connection.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        self._alarm.set(self._end, self._cut)
        return self

    def __exit__(self, *_: object) -> None:
        self._alarm.clear()
        if self._closes:
            self._alarm.close()
        with self._lock:
            for connection in self._watched:
                connection.close()


class Line:
    """Opens connections to what a name resolves to, in that order, by address."""

    def __init__(self, timeout: float, deadline: Deadline, addresses: Resolver) -> None:
        self._timeout, self._deadline, self._addresses = timeout, deadline, addresses
        self._opened: list[socket.socket] = []

    def under(self, deadline: Deadline) -> None:
        """From now on, what it opened and will open ends at this deadline."""
        self._deadline = deadline
        self._opened = [connection for connection in self._opened if connection.fileno() >= 0]
        for connection in self._opened:
            deadline.watch(connection)

    def __call__(self, host: str, port: int) -> socket.socket:
        reason = "no address"
        for address in self._addresses(host, port)[:_ADDRESSES_TRIED]:
            try:
                connection = socket.create_connection((address, port), self._deadline.within(self._timeout))
            except OSError as error:
                reason = "no answer" if isinstance(error, TimeoutError) else str(error.strerror)
                continue
            self._deadline.watch(connection)
            self._opened.append(connection)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return connection
        raise Unreachable(
            f"{host} takes no connection ({reason}).",
            remedy="Check the address and HTTPS_PROXY.",
            in_doubt=False,
        )


class Adapter(HTTPAdapter):
    """The transport of one request: its connections are opened by the lines given, TLS by our context.

    `tls` is called where a request needs it: to read all authorities takes longer than a plain request.
    """

    def __init__(self, tls: Callable[[], ssl.SSLContext], direct: Line, to_proxy: Line) -> None:
        self._tls, self._direct, self._to_proxy = tls, direct, to_proxy
        super().__init__(max_retries=0)
        self.poolmanager.pool_classes_by_scheme = _pools(direct)

    def under(self, deadline: Deadline) -> None:
        """From now on, its connections end at this deadline."""
        self._direct.under(deadline)
        self._to_proxy.under(deadline)

    def proxy_manager_for(self, proxy: str, **proxy_kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, proxy_ssl_context=self._tls(), **proxy_kwargs)
        manager.pool_classes_by_scheme = _pools(self._to_proxy)
        return manager

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] == "https":
            pool["ssl_context"] = self._tls()
        return host, pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing to load: the context already holds every authority."""
        conn.cert_reqs = "CERT_REQUIRED"


class Sends(Protocol):
    """A guarded session, as a transport needs it."""

    def send(
        self, method: str, url: str, *, data: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> requests.Response: ...


class Transport(BaseAdapter):
    """Carries the requests of somebody else's requests session through a guarded one.

    Its own timeouts, proxies and certificates count, whatever the caller asks for.
    """

    def __init__(self, session: Sends) -> None:
        super().__init__()
        self._session = session

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """The answer to one request; raises the house's errors."""
        body = request.body or b""
        data = body.encode() if isinstance(body, str) else bytes(body)
        headers = {key: value for key, value in request.headers.items() if key.lower() not in _OWN}
        response = self._session.send(str(request.method), str(request.url), data=data, headers=headers)
        response.request = request
        return response

    def close(self) -> None:
        """Nothing is kept open."""


_OWN = frozenset({"connection", "content-length", "accept-encoding"})


def _pools(opener: Opener) -> dict[str, type[HTTPConnectionPool]]:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return opener(self._dns_host, self.port)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return opener(self._dns_host, self.port)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}


def tls_context(ca_file: str | None) -> ssl.SSLContext:
    """The public authorities and the company's: `ca_file` (PEM), or else what REQUESTS_CA_BUNDLE names.

    Raises: ConfigError if that file holds no certificate.
    """
    context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
    # Company authorities often lack the extensions that Python 3.13 began to insist on.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    name, path = (
        ("http.ca_file", ca_file) if ca_file else ("REQUESTS_CA_BUNDLE", os.environ.get("REQUESTS_CA_BUNDLE"))
    )
    if path:
        try:
            context.load_verify_locations(path)
        except (OSError, ssl.SSLError) as error:
            raise ConfigError(f"{name}: no certificates in {path}.", remedy="Give a PEM file.") from error
    return context

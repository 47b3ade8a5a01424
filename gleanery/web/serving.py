"""gleanery serve: the pages and the clock in one process, until a signal ends it."""

from __future__ import annotations

import errno
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext

import structlog
import uvicorn
from fastapi import FastAPI

from gleanery.config import ServeSettings
from gleanery.errors import ConfigError
from gleanery.flow.accounts.links import new_link
from gleanery.flow.house import House
from gleanery.web.app import create_app
from gleanery.web.guards import is_loopback
from gleanery.web.record import record_app
from xapi.lrs.http.protocol import protocol

GRACE_SECONDS = 5
"""How long answers under way may take once the end was asked for."""

HEAD_SECONDS = 10
"""How long a request may take to send its headers."""

log = structlog.get_logger()


def serve(
    house: House,
    *,
    open_link_for: str,
    announce: Callable[[str], None],
    meanwhile: AbstractContextManager[object] | None = None,
) -> None:
    """Serve the pages until SIGTERM or SIGINT, with `meanwhile` (the clock) entered; closes the house.

    `announce` is given a line with the address, then one with the sign-in link of `open_link_for`, once both work.
    A second signal ends at once; nothing is lost by that but the last checkpoint.
    Raises: ConfigError for an address that needs TLS, a port that is taken, a certificate that cannot be used.
    """
    try:
        settings = house.config.serve
        check(settings)
        with ExitStack() as stack:
            listener = stack.enter_context(_listening(settings))
            app = create_app(house, stack.enter_context(record_app(house)))
            server = uvicorn.Server(_server_config(app, settings))
            stack.enter_context(meanwhile or nullcontext())
            stack.enter_context(_ended_by_signals(server))
            base = address(settings, listener.getsockname()[1])
            announce(f"The queue: {base}")
            announce(f"Sign in, once and within 15 minutes: {base}{new_link(house, open_link_for)}")
            log.info("serve.started", address=base)
            server.run(sockets=[listener])
        log.info("serve.stopped")
    finally:
        house.close()


def check(settings: ServeSettings) -> None:
    """Raises: ConfigError where others could read along, or the pair of TLS files is incomplete."""
    if (settings.tls_certificate is None) != (settings.tls_key is None):
        raise ConfigError(
            "TLS needs both serve.tls_certificate and serve.tls_key.", remedy="Set the other one."
        )
    is_safe = is_loopback(settings.host) or settings.tls_certificate is not None
    if not is_safe and not settings.allow_plain_http:
        raise ConfigError(
            f"serve.host {settings.host} can be reached from other machines, and nothing encrypts the way there.",
            remedy="Set serve.tls_certificate and serve.tls_key, or serve.allow_plain_http: true where something "
            "in front encrypts.",
        )


def address(settings: ServeSettings, port: int | None = None) -> str:
    """The web address of the pages, without a slash at the end; `port` where the configured one is 0."""
    everywhere = settings.host in ("0.0.0.0", "::")  # noqa: S104 compared, not bound
    host = socket.gethostname() if everywhere else settings.host
    scheme = "https" if settings.tls_certificate is not None else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port or settings.port}"


def _server_config(app: FastAPI, settings: ServeSettings) -> uvicorn.Config:
    config = uvicorn.Config(
        app,
        http=protocol(HEAD_SECONDS),
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=GRACE_SECONDS,
        ssl_certfile=settings.tls_certificate,
        ssl_keyfile=settings.tls_key,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise ConfigError(
            f"The certificate in serve.tls_certificate cannot be used: {error.strerror or error}.",
            remedy="Check that serve.tls_certificate and serve.tls_key are a readable pair in PEM form.",
        ) from error
    return config


@contextmanager
def _listening(settings: ServeSettings) -> Iterator[socket.socket]:
    """The listening socket. Raises: ConfigError naming the setting."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        listener = socket.create_server((settings.host, settings.port), family=family, backlog=128)
    except OSError as error:
        raise _bind_fault(settings, error) from error
    with listener:
        yield listener


def _bind_fault(settings: ServeSettings, error: OSError) -> ConfigError:
    if error.errno == errno.EADDRINUSE:
        return ConfigError(
            f"Port {settings.port} on {settings.host} is taken by another program.",
            remedy="End it, or set another serve.port (0 takes any free one).",
        )
    if error.errno == errno.EACCES:
        return ConfigError(
            f"This account may not use port {settings.port}.", remedy="Set serve.port above 1023."
        )
    return ConfigError(
        f"serve.host {settings.host} cannot be bound: {error.strerror or error}.",
        remedy="Use 127.0.0.1 or an address of this machine.",
    )


@contextmanager
def _ended_by_signals(server: uvicorn.Server) -> Iterator[None]:
    """SIGINT and SIGTERM end the server, and no more: uvicorn raises them anew after its end, for its caller."""
    before = {one: signal.signal(one, server.handle_exit) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, way in before.items():
            signal.signal(one, way)

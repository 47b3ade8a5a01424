"""The one guarded HTTP session, given to plugins as `ctx.http`.

Foreign addresses are followed on behalf of a server that stands inside a company's network, so every
connection is judged where it is opened: the name is resolved once, refused if any of its addresses is not
public, and connected to by address, so that a second answer of the name server changes nothing.
SNI, the Host header and the certificate check keep the name.

Behind a proxy the target's addresses are checked wherever its name resolves here; the proxy resolves it
again, so protection against rebinding is then the proxy's part.
Each request has a connection of its own; cookies are not kept and `.netrc` is not read. A kept one would
save round trips, which do not count where platforms allow about one request a second. But one that ended unseen leaves
it in doubt whether a form arrived, and one opened to an entered host must not serve a redirect to it.
Where such doubt is looked into anyway and very much is sent (deliveries), `kept_open` keeps connections: those to an
entered host apart from all others.
"""

from __future__ import annotations

import re
import ssl
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.utils import get_environ_proxies, select_proxy
from urllib3.exceptions import DecodeError, HTTPError

from gleanery import __version__
from gleanery.errors import BadInput, ConfigError, GleaneryError, Unreachable
from gleanery.http.addresses import (
    Resolver,
    is_public,
    may_be_entered,
    origin,
    system_resolver,
)
from gleanery.http.alarm import Alarm
from gleanery.http.transport import Adapter, Deadline, Line, Transport, tls_context

__all__ = ["GuardedHttp", "Resolver", "Transport", "is_public"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SAFE_HEADERS = frozenset({"accept", "accept-encoding", "user-agent", "if-none-match", "if-modified-since"})
_CHUNK = 64 * 1024


class GuardedHttp:
    """Fetches from public addresses and from the hosts an administrator entered, within fixed limits.

    `entered` holds `host` or `host:port` names that may be private; a redirect from one to another host is
    judged like any other. `timeout` (seconds) is for connecting and for each silence, `total_seconds` for a
    request with all its redirects, `max_bytes` for the decoded body. `ca_file` (PEM), or else
    REQUESTS_CA_BUNDLE, is trusted beside the public authorities. `sent` counts requests sent.
    May be used by several threads at once.
    """

    def __init__(
        self,
        *,
        entered: Collection[str] = (),
        timeout: float = 10,
        total_seconds: float = 30,
        max_bytes: int = 10 * 1024 * 1024,
        max_redirects: int = 5,
        ca_file: str | None = None,
        user_agent: str = f"gleanery/{__version__}",
        resolver: Resolver | None = None,
    ) -> None:
        self.sent = 0
        self._entered = frozenset(name.lower().translate({91: None, 93: None}) for name in entered)
        self._timeout, self._total_seconds = timeout, total_seconds
        self._max_bytes, self._max_redirects = max_bytes, max_redirects
        self._ca_file, self._user_agent = ca_file, user_agent
        self._resolve = resolver or system_resolver
        self._counting = threading.Lock()
        self._ends: Mapping[str, str] = {"Connection": "close"}
        self._alarm: Alarm | None = None

    def get(
        self, url: str, *, headers: Mapping[str, str] | None = None, params: Mapping[str, str] | None = None
    ) -> requests.Response:
        """The answer, whatever its status, its body read; `history` holds the redirects on the way.

        Raises: ConfigError (address refused, certificate), Unreachable (no answer in time), BadInput (too
        large, too many redirects, not unpackable).
        """
        return self._request("GET", url, headers, params=dict(params or {}))

    def post(
        self, url: str, *, data: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Send a form; a redirect is not followed but raises ConfigError. Raises as `get`."""
        return self._request("POST", url, headers, data=dict(data or {}))

    def send(
        self, method: str, url: str, *, data: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> requests.Response:
        """Send bytes as they are; only a GET or HEAD is redirected, everything else then raises ConfigError.

        Raises as `get`.
        """
        return self._request(method, url, headers, data=data)

    def transport(self) -> BaseAdapter:
        """This session as a transport adapter, for a client library that brings a requests session."""
        return Transport(self)

    def kept_open(self) -> KeptOpen:
        """The same session with connections that are used again, for one thread; to be closed."""
        return KeptOpen(self)

    def _request(
        self, method: str, url: str, headers: Mapping[str, str] | None, **content: dict[str, str] | bytes
    ) -> requests.Response:
        own = {"User-Agent": self._user_agent, "Accept-Encoding": "gzip, deflate", **self._ends}
        request = _prepared(method, url, {**own, **(headers or {})}, **content)
        history: list[requests.Response] = []
        entered = True
        with Deadline(self._total_seconds, self._alarm) as deadline:
            while True:
                response = self._send(request, deadline, entered and self._is_entered(request))
                response.history = list(history)
                target = _redirect_target(response)
                if target is None:
                    return response
                history.append(response)
                self._refuse_redirect(request, target, len(history))
                entered = entered and origin(target)[1] == origin(str(request.url))[1]
                request = _redirected(request, target, self._ends)

    def _is_entered(self, request: requests.PreparedRequest) -> bool:
        _, host, port = origin(str(request.url))
        return not self._entered.isdisjoint({host, f"{host}:{port}"})

    def _refuse_redirect(self, request: requests.PreparedRequest, target: str, count: int) -> None:
        host = origin(str(request.url))[1]
        if request.method not in ("GET", "HEAD"):
            where = "{}://{}:{}".format(*origin(target))
            raise ConfigError(
                f"{host} redirects to {where}, and a form is not sent on.", remedy=f"Enter {where}."
            )
        if count > self._max_redirects:
            raise BadInput(f"{host} redirects more than {self._max_redirects} times.", kind="redirects")

    def _send(
        self, request: requests.PreparedRequest, deadline: Deadline, entered: bool
    ) -> requests.Response:
        """One request without redirects. `entered`: the administrator named this host, it may be private."""
        url = str(request.url)
        _, host, port = origin(url)
        proxies = self._proxies(url)
        proxy = select_proxy(url, proxies)
        if proxy:
            self._check_behind_proxy(host, port, proxy, entered)
        adapter = self._adapter(deadline, entered)
        with self._counting:
            self.sent += 1
        try:
            limit = deadline.within(self._timeout)
            response = adapter.send(request, stream=True, timeout=limit, proxies=proxies)
            body = b"".join(self._body(response, host))
        except (requests.RequestException, HTTPError, OSError) as error:
            # The library's own errors quote the whole address, so they are not chained.
            raise self._explain(error, host, proxy, deadline) from None
        finally:
            self._let_go(adapter)
        if deadline.passed:
            raise self._too_slow(host)
        response.raw = BytesIO(body)
        return response

    def _proxies(self, url: str) -> dict[str, str]:
        """The proxies that the environment names for an address."""
        return get_environ_proxies(url)

    def _adapter(self, deadline: Deadline, entered: bool) -> Adapter:
        """The transport of one request."""
        direct = Line(self._timeout, deadline, lambda name, at: self._addresses(name, at, entered))
        return Adapter(lambda: self._tls, direct, Line(self._timeout, deadline, self._resolve))

    def _let_go(self, adapter: Adapter) -> None:
        adapter.close()

    def _body(self, response: requests.Response, host: str) -> Iterator[bytes]:
        """The decoded body piece by piece, stopped at the cap: a small packed body may unpack to anything."""
        size = 0
        while piece := response.raw.read1(_CHUNK, decode_content=True):
            size += len(piece)
            if size > self._max_bytes:
                text = f"the answer of {host} is larger than {self._max_bytes:,} bytes."
                raise BadInput(text, remedy="Raise http.max_bytes if it should be read.", kind="large")
            yield piece

    def _addresses(self, host: str, port: int, entered: bool) -> Sequence[str]:
        """The addresses of a name, all of them judged. Raises: ConfigError if one is refused."""
        try:
            found = self._resolve(host, port)
        except (OSError, UnicodeError):
            text = f"the name {host} is not known."
            raise Unreachable(
                text, remedy="Check the address, the DNS and HTTPS_PROXY.", in_doubt=False, kind="name"
            ) from None
        if not found or not all(map(may_be_entered if entered else is_public, found)):
            text = f"{host} is not a public address and was not read."
            raise ConfigError(text, remedy="If it is meant, add it to http.allow_hosts.", kind="private")
        return found

    def _check_behind_proxy(self, host: str, port: int, proxy: str, entered: bool) -> None:
        """Judge the target where its name resolves here; what only looks like a number is refused."""
        if proxy.lower().startswith("socks"):
            raise ConfigError(
                "a SOCKS proxy is not supported.", remedy="Set HTTPS_PROXY to an http:// proxy."
            )
        try:
            self._addresses(host, port, entered)
        except Unreachable:
            if re.search(r"(^|\.)(\d+|0x[0-9a-f]*)\.?$", host, re.IGNORECASE):
                raise ConfigError(f"{host} is neither a name nor a proper address.") from None

    def _explain(self, error: Exception, host: str, proxy: str | None, deadline: Deadline) -> GleaneryError:
        """What went wrong, in words that name the setting to change and hold no path, query or password."""
        if deadline.passed:
            return self._too_slow(host)
        causes = list(_causes(error))
        for cause in causes:
            if isinstance(cause, ssl.SSLCertVerificationError):
                text = f"the certificate of {host} is not trusted ({cause.verify_message})."
                remedy = "If your company signs its own, set http.ca_file to its CA."
                return ConfigError(text, remedy=remedy, kind="certificate")
        if any(isinstance(cause, TimeoutError) for cause in causes):
            text = f"{host} did not answer within {self._timeout:g} s."
            return Unreachable(text, remedy="Raise http.timeout_seconds if it is known to be slow.")
        if isinstance(error, requests.exceptions.ProxyError):
            text = f"the proxy {urlsplit(str(proxy)).hostname} did not let {host} through."
            return Unreachable(text, remedy="Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.", kind="proxy")
        if isinstance(error, DecodeError):
            return BadInput(f"the answer of {host} cannot be unpacked.")
        return Unreachable(f"{host} broke off the connection ({type(causes[-1]).__name__}).")

    def _too_slow(self, host: str) -> Unreachable:
        text = f"{host} took longer than {self._total_seconds:g} s."
        return Unreachable(text, remedy="Raise http.total_seconds if it is known to be slow.", kind="slow")

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        return tls_context(self._ca_file)


class KeptOpen(GuardedHttp):
    """A guarded session that uses its connections again; for one thread. One that was cut short is never used again.

    Each request has its own deadline all the same. What was judged at the opening of a connection holds while it is
    open: it leads to that address and no other.
    """

    def __init__(self, session: GuardedHttp) -> None:
        self.__dict__.update(session.__dict__)
        self._ends, self._alarm = {}, Alarm()
        self._kept: dict[bool, Adapter] = {}
        self._asked: dict[tuple[str, str, int], dict[str, str]] = {}

    def _adapter(self, deadline: Deadline, entered: bool) -> Adapter:
        if entered not in self._kept:
            self._kept[entered] = super()._adapter(deadline, entered)
        self._kept[entered].under(deadline)
        return self._kept[entered]

    def _proxies(self, url: str) -> dict[str, str]:
        place = origin(url)
        if place not in self._asked:
            self._asked[place] = super()._proxies(url)
        return self._asked[place]

    def _let_go(self, adapter: Adapter) -> None:
        """It stays open."""

    def close(self) -> None:
        """End what is open."""
        for adapter in self._kept.values():
            adapter.close()
        self._kept.clear()
        if self._alarm is not None:
            self._alarm.close()


def _prepared(
    method: str, url: str, headers: Mapping[str, str], **content: dict[str, str] | bytes
) -> requests.PreparedRequest:
    origin(url)
    arguments: dict[str, Any] = {"headers": dict(headers), **content}
    try:
        request = requests.Request(method, url, **arguments).prepare()
    except (requests.RequestException, UnicodeError):
        raise ConfigError("what was given as an address cannot be read.", remedy="Check it.") from None
    origin(str(request.url))
    return request


def _redirect_target(response: requests.Response) -> str | None:
    location = response.headers.get("location")
    if response.status_code not in _REDIRECTS or not location:
        return None
    target = location.encode("latin-1", "replace").decode("utf-8", "replace").strip()
    try:
        return urljoin(str(response.url), target)
    except ValueError:
        return target  # no proper address; it is refused where its origin is looked at


def _redirected(
    request: requests.PreparedRequest, target: str, ends: Mapping[str, str]
) -> requests.PreparedRequest:
    """The same question to the next address; another origin gets no header that could be a secret."""
    same = origin(target) == origin(str(request.url))
    headers = {k: v for k, v in request.headers.items() if same or k.lower() in _SAFE_HEADERS}
    return _prepared(str(request.method), target, {**headers, **ends})


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__

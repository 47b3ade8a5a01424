"""A web address in its parts, read and written in one normal spelling (RFC 3986, section 6.2.2)."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple
from urllib.parse import unquote

_shape = re.compile(r"(https?)://(?:[^/?#]*@)?([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_host = re.compile(
    r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?|\[[0-9a-f:.]+\]"
)
_port = re.compile(r":(\d{0,5})$")
_to_encode = re.compile(r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~!$&'()*+,;=:@/?#-]")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_LONGEST_LABEL = 63


class Parts(NamedTuple):
    """An address in its parts: `query` as (name, value) pairs in order, value None where there is no `=`.

    All are percent-encoded in the normal spelling; `host` is ASCII, `port` empty where it is the scheme's own.
    """

    scheme: str
    host: str
    port: str
    path: str
    query: tuple[tuple[str, str | None], ...]
    fragment: str

    def value(self, name: str) -> str | None:
        """The first value of a query parameter, decoded; None where it is absent or empty."""
        for key, value in self.query:
            if key == name and value:
                return unquote(value)
        return None

    def __str__(self) -> str:
        port = f":{self.port}" if self.port else ""
        query = "&".join(key if value is None else f"{key}={value}" for key, value in self.query)
        mark, hash_mark = ("?" if query else ""), ("#" if self.fragment else "")
        return f"{self.scheme}://{self.host}{port}{self.path}{mark}{query}{hash_mark}{self.fragment}"


def read(url: str) -> Parts | None:
    """The parts of an http or https address; None for anything else. Sign-in names and passwords are left out."""
    found = _shape.fullmatch(url)
    if found is None:
        return None
    scheme, site, rest = found.groups()
    scheme = scheme.lower()
    host, port = _site(site, scheme)
    if not host:
        return None
    rest, _, fragment = _to_encode.sub(_spelled, rest).partition("#")
    path, _, query = rest.partition("?")
    return Parts(scheme, host, port, _path(path), _query(query), fragment)


def make(host: str, path: str, query: tuple[tuple[str, str | None], ...] = ()) -> Parts:
    """A secure address without port and fragment."""
    return Parts("https", host, "", path, query, "")


def _site(site: str, scheme: str) -> tuple[str, str]:
    """Host and port; an empty host where it is none."""
    port = ""
    if found := _port.search(site):
        site, port = site[: found.start()], found.group(1).lstrip("0")
    host = site.lower() if site.isascii() else _ascii_host(site)
    host = host.rstrip(".")
    if not _host.fullmatch(host):
        return "", ""
    return host, "" if port == _DEFAULT_PORTS[scheme] else port


def _ascii_host(host: str) -> str:
    """An international host in its ASCII spelling; ß stays a letter of its own (UTS 46, non-transitional)."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", host.replace("。", ".")).lower())
    return ".".join(label if label.isascii() else _punycode(label) for label in plain.split("."))


def _punycode(label: str) -> str:
    if len(label) > _LONGEST_LABEL:
        return ""
    return f"xn--{label.encode('punycode', 'replace').decode('ascii', 'replace')}"


def _path(path: str) -> str:
    if "/." not in path:
        return path or "/"
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept = kept[:-1]
        elif segment != ".":
            kept.append(segment)
    if segments[-1] in (".", ".."):
        kept.append("")
    return "/" + "/".join(kept)


def _query(query: str) -> tuple[tuple[str, str | None], ...]:
    if not query:
        return ()
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return tuple([(name, value if mark else None) for name, mark, value in pairs])


def _spelled(found: re.Match[str]) -> str:
    """One piece in the normal spelling: only what must be encoded is, in capitals; doing it again changes nothing."""
    piece = found.group()
    if len(piece) == 3:
        character = chr(int(piece[1:], 16))
        return character if character in _UNRESERVED else piece.upper()
    return "".join(f"%{byte:02X}" for byte in piece.encode("utf-8", "replace"))

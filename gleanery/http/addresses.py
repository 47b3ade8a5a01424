"""Which addresses may be read: the public ones, and what an administrator entered himself.

The special-purpose ranges follow the IANA registries that RFC 6890 set up; Python's own table of them
differs between versions, so the ranges that wrap or relay other addresses are named here.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from gleanery.errors import ConfigError

Resolver = Callable[[str, int], Sequence[str]]
"""Name and port to addresses."""

_SPECIAL_V4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
_GLOBAL = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_SPECIAL = tuple(IPv6Network(net) for net in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))


def is_public(address: str) -> bool:
    """True if a server on the open internet can have this address.

    IPv4 wrapped in IPv6 (mapped, NAT64) is judged by what is wrapped; 6to4 and Teredo are refused whole.
    """
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address):
        wrapped = IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else ip.ipv4_mapped
        if wrapped is None:
            return ip in _GLOBAL and ip.is_global and not any(ip in net for net in _SPECIAL)
        ip = wrapped
    special = ip.is_multicast or ip.is_reserved or any(ip in net for net in _SPECIAL_V4)
    return ip.is_global and not special


def may_be_entered(address: str) -> bool:
    """True unless nobody means it: link-local (a cloud's metadata service), multicast, the zero address."""
    ip = ip_address(address.partition("%")[0])
    return not (ip.is_link_local or ip.is_multicast or ip.is_unspecified)


def origin(url: str) -> tuple[str, str, int]:
    """Scheme, host and port of a web address. Raises: ConfigError if it is none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https") or not parts.hostname:
        what = f"an address of kind {scheme!r}" if scheme else "what was given as an address"
        raise ConfigError(f"{what} cannot be read.", remedy="Only http:// and https:// addresses are.")
    return scheme, parts.hostname, port or (443 if scheme == "https" else 80)


def system_resolver(host: str, port: int) -> Sequence[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]

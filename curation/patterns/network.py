"""Internet addresses (IP), and hosts and domains that the organisation keeps to itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from ipaddress import ip_address

from curation.patterns import Mark

_ip = re.compile(
    r"(?<![\w.:-])(?:\d{1,3}(?:\.\d{1,3}){3}|(?=[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:]*:)[0-9A-Fa-f:]{2,39}(?:\.\d{1,3}){0,3})(?![\w:]|\.\d)"
)
_host = re.compile(r"(?<![\w.-])[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_short_host = re.compile(r"(?:://|\\\\)([\w-]{1,63})(?=[/:\\?#]|\s|$)")


def ips(text: str) -> Iterator[Mark]:
    """Internet addresses that lead to a machine elsewhere: none of loopback, and no unspecified one."""
    if "." in text or ":" in text:
        for found in _ip.finditer(text):
            if _leads_somewhere(found.group()):
                yield Mark(*found.span(), "ip")


def _leads_somewhere(written: str) -> bool:
    try:
        address = ip_address(written)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified or address.is_multicast)


def hosts(text: str, own: Collection[str]) -> Iterator[Mark]:
    """Hosts that are one of `own` or lie below it; one without a dot counts in an address only."""
    if not own:
        return
    if "." in text:
        for found in _host.finditer(text):
            if _is_own(found.group().lower(), own):
                yield Mark(*found.span(), "confidential")
    if "://" in text or "\\\\" in text:
        for found in _short_host.finditer(text):
            if found.group(1).lower() in own:
                yield Mark(*found.span(1), "confidential")


def _is_own(host: str, own: Collection[str]) -> bool:
    parts = host.strip(".").split(".")
    return any(".".join(parts[place:]) in own for place in range(len(parts) - 1))

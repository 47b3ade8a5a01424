"""Foreign web addresses as links: only http and https, and shown so that one cannot pose as another."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def href(address: str | None) -> str | None:
    """The address if a browser may be sent there, else None: no other scheme, no sign-in, no odd characters."""
    parts = _parts(address)
    return address if parts is not None else None


def site(address: str | None) -> str:
    """The host of a usable address, in ASCII so that look-alike letters show; else the empty text."""
    parts = _parts(address)
    if parts is None or parts.hostname is None:
        return ""
    return _ascii(parts.hostname).removeprefix("www.")


def _parts(address: str | None) -> SplitResult | None:
    if not address or not address.isprintable() or any(sign in address for sign in ' "<>\\^`{|}'):
        return None
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and _ascii(parts.hostname)
        _ = parts.port
    except ValueError:
        return None
    return parts if usable and "@" not in parts.netloc else None


def _ascii(host: str) -> str:
    """The host in its ASCII form. Raises: ValueError (UnicodeError) for one that has none."""
    return host if host.isascii() else host.encode("idna").decode("ascii")

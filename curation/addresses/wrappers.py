"""Addresses that only lead to another: click counters, mail scanners and caches that carry the target inside.

Short links (bit.ly and the like) do not carry it; finding out would need the network.
"""

from __future__ import annotations

from urllib.parse import unquote

from curation.addresses.parts import Parts, read

_PARAMETER = {
    "l.facebook.com": "u",
    "lm.facebook.com": "u",
    "l.instagram.com": "u",
    "l.messenger.com": "u",
    "slack-redir.net": "url",
    "out.reddit.com": "url",
    "t.umblr.com": "z",
    "duckduckgo.com": "uddg",
    "vk.com": "to",
    "consent.youtube.com": "continue",
    "consent.google.com": "continue",
    "linkedin.com": "url",
    "youtube.com": "q",
    "statics.teams.cdn.office.net": "url",
    "exit.sc": "url",
    "click.linksynergy.com": "murl",
}
_ONLY_AT = {
    "duckduckgo.com": ("/l/", "/l"),
    "vk.com": ("/away.php",),
    "linkedin.com": ("/redir/redirect", "/safety/go", "/redirect"),
    "youtube.com": ("/redirect",),
}


def unwrap(parts: Parts) -> Parts:
    """The address at the end of the chain of wrappers; the same where there is none."""
    while (target := _target(parts)) and (inner := read(target)):
        parts = inner
    return parts


def _target(parts: Parts) -> str | None:
    """The address carried inside, None where it is no wrapper."""
    host = parts.host.removeprefix("www.").removeprefix("m.")
    if host.endswith("safelinks.protection.outlook.com"):
        return parts.value("url")
    if host.startswith("google."):
        return _of_google(parts)
    if host.endswith(".cdn.ampproject.org"):
        return _in_path(parts.path.removeprefix("/v").removeprefix("/c").removeprefix("/i"))
    if host.startswith("urldefense."):
        return _of_urldefense(parts)
    name = _PARAMETER.get(host)
    if name is None or parts.path not in _ONLY_AT.get(host, (parts.path,)):
        return None
    return parts.value(name)


def _of_google(parts: Parts) -> str | None:
    if parts.path == "/url":
        return parts.value("q") or parts.value("url")
    return _in_path(parts.path.removeprefix("/amp")) if parts.path.startswith("/amp/") else None


def _in_path(path: str) -> str | None:
    """The target of /s/host/path (secure) or /host/path."""
    secure = path.startswith("/s/")
    rest = path[3:] if secure else path[1:]
    return f"{'https' if secure else 'http'}://{rest}" if "." in rest.partition("/")[0] else None


def _of_urldefense(parts: Parts) -> str | None:
    """The target of a mail scanner's address: /v2/url?u=https-3A__host_path or /v3/__https://host/path__;..."""
    if parts.path == "/v2/url":
        return unquote((parts.value("u") or "").translate({ord("-"): "%", ord("_"): "/"})) or None
    _, mark, rest = str(parts).partition("/v3/__")
    target, end, _ = rest.partition("__;")
    return unquote(target) if mark and end and "*" not in target else None

"""One address for one thing: the form in which two addresses of the same page are equal.

The spelling follows RFC 3986 and, for hosts, UTS 46; the tables in `curation/addresses/` are our own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import ClassVar

from pydantic import Field

from curation.addresses.parts import Parts, read
from curation.addresses.sites import full_host, one_form
from curation.addresses.tracking import is_tracking, tracking_of
from curation.addresses.wrappers import unwrap
from gleanery import ports
from gleanery.ports import Concept, Sketch, Subject

_LONGEST = 4_000


class CanonicalSettings(ports.Settings):
    """What an organisation knows of addresses of its own."""

    ignored_parameters: list[str] = Field(
        default=[], description="Query parameters that do not matter at any site, beside the built-in table."
    )
    same_host: dict[str, str] = Field(
        default={}, description="Other names of a host: the name as met, and the name to use for it."
    )


class Canonical:
    """Two posts about the same address are about the same thing."""

    name: ClassVar[str] = "canonical"
    api_version: ClassVar[int] = 1
    version: ClassVar[str] = "1"
    Settings: ClassVar[type[ports.Settings]] = CanonicalSettings
    reasons: ClassVar[Mapping[str, str]] = {"canonical.same": "Both lead to the same address."}
    group_at = 1.0
    suggest_at = 1.0

    def __init__(self, settings: CanonicalSettings, concepts: Sequence[Concept] = ()) -> None:
        self._ignored = frozenset(name.lower() for name in settings.ignored_parameters)
        self._hosts = {
            full_host(met.lower()): full_host(used.lower()) for met, used in settings.same_host.items()
        }

    def keys(self, subject: Subject) -> Sequence[str]:
        """The canonical address; none where the subject has no http or https address."""
        parts = _settled(subject.url or "", self._comparable)
        if parts is None:
            return ()
        if parts.host in self._hosts:
            parts = _settle(parts._replace(host=self._hosts[parts.host]), self._comparable)
        return (str(parts),)

    def _comparable(self, parts: Parts) -> Parts:
        return _comparable(parts, self._ignored)

    def sketch(self, subject: Subject) -> Sketch | None:
        """None: addresses are the same or they are not."""
        return None

    def likeness(self, one: Subject, other: Subject) -> float:
        """1 for the same address, else 0."""
        keys = self.keys(one)
        return 1.0 if keys and keys == self.keys(other) else 0.0


def canonical(url: str) -> str:
    """The form for comparing: secure scheme, no `www.`, mobile and reduced pages as their full ones.

    What is no http or https address comes back as it is, without surrounding space. Doing it again changes nothing.
    """
    parts = _settled(url, _comparable)
    return str(parts) if parts else url.strip()


def clean(url: str) -> str:
    """The form for opening and showing: as `canonical`, with the scheme, `www.` and last slash as they were."""
    parts = _settled(url, _cleaned)
    return str(parts) if parts else url.strip()


def _settled(url: str, change: Callable[[Parts], Parts]) -> Parts | None:
    """The parts of an address, changed until nothing changes any more; None for what is no address."""
    if len(url) > _LONGEST:
        return None
    parts = read(_breaks.sub("", url.strip()))
    return _settle(parts, change) if parts else None


def _settle(parts: Parts, change: Callable[[Parts], Parts]) -> Parts:
    """It comes to an end: unwrapping shortens the address, and every other change can be made only once."""
    while (changed := change(parts)) != parts:
        parts = changed
    return parts


_breaks = re.compile(r"[\t\r\n]+")


def _cleaned(parts: Parts, ignored: frozenset[str] = frozenset()) -> Parts:
    """Unwrapped, in its site's one form, without tracking and fragment, the parameters in order."""
    parts = one_form(unwrap(parts))
    if not (parts.query or parts.fragment):
        return parts
    return parts._replace(query=_kept(parts, ignored), fragment=_route(parts.fragment))


def _kept(parts: Parts, ignored: frozenset[str]) -> tuple[tuple[str, str | None], ...]:
    if not parts.query:
        return ()
    of_host = tracking_of(parts.host) | ignored
    kept = [pair for pair in parts.query if not is_tracking(pair[0], of_host)]
    return tuple(sorted(kept, key=itemgetter(0))) if len(kept) > 1 else tuple(kept)


def _route(fragment: str) -> str:
    """Fragments that name a page of their own (#!/a, #/a) stay; places within a page go."""
    return fragment if fragment.startswith(("!", "/")) else ""


def _comparable(parts: Parts, ignored: frozenset[str] = frozenset()) -> Parts:
    """Cleaned, without what differs between addresses of one page at nearly every site."""
    parts = _cleaned(parts, ignored)
    path = _ending.sub("", parts.path) or "/"
    query = tuple(pair for pair in parts.query if pair not in _REDUCED) if parts.query else ()
    port = "" if parts.port in ("80", "443") else parts.port
    return Parts("https", full_host(parts.host), port, path, query, parts.fragment)


_ending = re.compile(r"(?:/amp|/)+$")
_REDUCED = frozenset({("amp", "1"), ("amp", None), ("amp", ""), ("outputType", "amp")})

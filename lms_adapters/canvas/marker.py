"""By what an entry in Canvas is known to be ours.

Canvas keeps no outside id on module items (https://canvas.instructure.com/doc/api/modules.html). A link carries
its item's id in the fragment directive of its address, which browsers take away before the page sees it and servers
are never sent (https://wicg.github.io/scroll-to-text-fragment/); a launch of our tool carries it in the query; a page
carries it as the id of an element. By it a create whose answer was lost is found again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_DIRECTIVE = re.compile(rf":~:(?:[^#]*&)?gleanery=({_UUID})(?:\.({_UUID}))?(?:&|$)")


@dataclass(frozen=True, slots=True)
class Marker:
    """An item or collection of ours; `within`: a further entry of it in that path, beside its own."""

    thing: UUID
    within: UUID | None = None

    def __str__(self) -> str:
        return f"{self.thing}.{self.within}" if self.within else str(self.thing)


def linked(address: str, marker: Marker) -> str:
    """The address with the marker; a fragment of its own stays in force."""
    joint = "&" if ":~:" in address else ":~:" if "#" in address else "#:~:"
    return f"{address}{joint}gleanery={marker}"


def launched(launch: str, marker: Marker) -> str:
    """The tool's launch address for a thing."""
    within = f"&within={marker.within}" if marker.within else ""
    return f"{launch}{'&' if '?' in launch else '?'}item={marker.thing}{within}"


def marker_of(address: str | None, launch: str | None = None) -> Marker | None:
    """The marker in an address that Canvas keeps, None where there is none of ours."""
    if not address:
        return None
    if found := _DIRECTIVE.search(address):
        return Marker(UUID(found[1]), UUID(found[2]) if found[2] else None)
    if launch is None or not address.startswith(launch):
        return None
    query = parse_qs(urlsplit(address).query)
    ids = [query.get(name, [""])[0] for name in ("item", "within")]
    if not re.fullmatch(_UUID, ids[0]):
        return None
    return Marker(UUID(ids[0]), UUID(ids[1]) if re.fullmatch(_UUID, ids[1]) else None)


def wrapped(markup: str, thing: UUID) -> str:
    """The page's HTML within an element that names the thing."""
    return f'<div id="gleanery-{thing}">\n{markup}\n</div>'


def names(markup: str | None, thing: UUID) -> bool:
    """Whether a page of Canvas is that of the thing."""
    return f'id="gleanery-{thing}"' in (markup or "")


def named_in(markup: str | None) -> UUID | None:
    """The thing that a page of ours names."""
    found = re.search(rf'id="gleanery-({_UUID})"', markup or "")
    return UUID(found[1]) if found else None

"""The uploads of a channel, found by its id, its handle or the name of an old address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

from connectors.youtube.client import IDS, Client, Json
from connectors.youtube.listing import LONGEST, Listing
from connectors.youtube.looking import Looking
from connectors.youtube.quota import UNITS
from gleanery.errors import Gone
from gleanery.ports import Context, Estimate, Page


class Channel:
    """The uploads of a channel; the state holds besides which `channel` it is and its `uploads` playlist.

    Both are found once: a handle that somebody else takes later does not change what is read.
    """

    def __init__(
        self, reference: str, first_days: int, client: Client, looking: Looking, ctx: Context
    ) -> None:
        self._reference, self._first_days = reference, first_days
        self._client, self._looking, self._ctx = client, looking, ctx

    def pages(self, state: Mapping[str, Any]) -> Iterator[Page]:
        """As Listing.pages. Raises: Gone for a channel that is not there."""
        if "uploads" not in state:
            found = self._found("contentDetails")
            uploads = found["contentDetails"]["relatedPlaylists"]["uploads"]
            state = {**state, "channel": str(found["id"]), "uploads": str(uploads)}
        yield from self._listing(state).pages(state)

    def cost(self, state: Mapping[str, Any]) -> Estimate:
        """As Listing.cost; before the first reading at most what reading all videos would cost."""
        if "uploads" in state:
            return self._listing(state).cost(state)
        count = min(int((self._found("statistics").get("statistics") or {}).get("videoCount") or 0), LONGEST)
        units = 2 + 2 * ceil(count / IDS)
        return Estimate(posts=None if self._first_days else count, requests=units, units={UNITS: units})

    def _listing(self, state: Mapping[str, Any]) -> Listing:
        return Listing(
            state["uploads"], state["channel"], self._first_days, self._client, self._looking, self._ctx
        )

    def _found(self, part: str) -> Json:
        found = self._client.channels(part, **by_reference(self._reference))
        if not found:
            raise Gone(
                f"youtube: there is no channel {self._reference}.",
                remedy="Correct it in `channels`; an id (UC…) stays when a handle changes.",
            )
        return found[0]


def by_reference(reference: str) -> dict[str, str]:
    """The parameter of `channels.list` that finds a channel: by id, handle or old user name."""
    if reference.startswith("@"):
        return {"forHandle": reference}
    if reference.startswith("user/"):
        return {"forUsername": reference.removeprefix("user/")}
    return {"id": reference}

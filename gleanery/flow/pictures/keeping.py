"""Fetching small pictures, keeping them for a time, and letting go of them with the words they belong to.

A picture is asked for when somebody looks at its item, by us, within limits, without cookies or a word on who looks.
It lies in a file named after the content that names its address: once those words are gone, nobody finds it, and the
next tick of the worker removes it. Where a policy allows no words to be kept, no picture is.
"""

from __future__ import annotations

import hmac
import os
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

import structlog
from sqlmodel import col, select

from gleanery import __version__
from gleanery.errors import BadInput, GleaneryError
from gleanery.flow.house import House
from gleanery.flow.metering import MeteredHttp, PluginMeter
from gleanery.flow.pictures.raster import Picture, cleaned
from gleanery.flow.subjects import ItemWords, Telling, item_words
from gleanery.model.items import Item
from gleanery.model.posts import Content

log = structlog.get_logger()

PLUGIN = "pictures"
MAX_BYTES = 2 * 2**20
SECONDS = 10.0
KEPT = timedelta(days=7)
"""How long a picture is shown until it is asked for again; also how long one that cannot be had is not asked for."""

BATCH = 500


class Pictured(NamedTuple):
    """A picture's address, and the content that names it."""

    address: str
    content: UUID


def pictured(words: ItemWords | None) -> Pictured | None:
    """The picture of an item, None where it has none or it may not be kept."""
    if words is None or words.withheld:
        return None
    told = words.chosen
    address = _thumbnail(told)
    if not address or not told.policy.may_store_text or told.policy.only_address:
        return None
    return Pictured(address, told.content.id)


def _thumbnail(told: Telling) -> str | None:
    """The picture that a post names of itself, or of the page it shares."""
    if told.link is None:
        found = None if told.is_internal else told.body.get("thumbnail")
    else:
        found = told.body["links"][told.link].get("thumbnail")
    return str(found) if found else None


def path_of(house: House, words: ItemWords | None) -> str | None:
    """Where our pages find the picture of an item, None where it has none."""
    found = pictured(words)
    if found is None or words is None:
        return None
    return f"/thumb/{words.item.id}/{_sign(house, words.item.id, found)}"


def path_for(house: House, item_id: UUID, *, for_learners: bool = False) -> str | None:
    """The same of an item by its id. `for_learners`: only where its terms let it be shown outside the desks."""
    with house.store.read() as session:
        item = session.exec(select(Item).where(Item.id == item_id)).one_or_none()
        words = item_words(house, session, item) if item is not None else None
    if words is not None and for_learners:
        policy = words.chosen.policy
        words = words if policy.may_embed or policy.may_pass_text_on else None
    return path_of(house, words)


def _sign(house: House, item: UUID, found: Pictured) -> str:
    """What makes an address of ours one that we gave out: nobody else can have us fetch anything."""
    return house.vault.mark(f"thumb {item} {found.content} {found.address}").hex()[:40]


def picture(house: House, item_id: UUID, sign: str) -> Picture | None:
    """The picture at an address that we gave out; None where it was not ours, is gone, or cannot be had."""
    with house.store.read() as session:
        item = session.exec(select(Item).where(Item.id == item_id)).one_or_none()
        found = pictured(item_words(house, session, item)) if item is not None else None
    if found is None or not hmac.compare_digest(_sign(house, item_id, found), sign):
        return None
    place = _folder(house) / f"{found.content}-{sign}"
    kept = _read(house, place)
    return _parsed(_fetch(house, found.address, place) if kept is None else kept)


def _parsed(data: bytes) -> Picture | None:
    """What is kept of it; empty where it cannot be had."""
    return cleaned(data) if data else None


def _folder(house: House) -> Path:
    return house.config.data / "pictures"


def _read(house: House, place: Path) -> bytes | None:
    """What is kept there and still counts."""
    try:
        since = place.stat().st_mtime
        return place.read_bytes() if house.now().timestamp() - since < KEPT.total_seconds() else None
    except FileNotFoundError:
        return None


def _fetch(house: House, address: str, place: Path) -> bytes:
    """Ask for it and keep it; what cannot be had is kept as nothing, so that it is not asked for at each look."""
    try:
        answer = _session(house).get(address, headers={"Accept": "image/webp,image/png,image/jpeg,image/gif"})
        if answer.status_code != 200:
            raise BadInput(f"the site answers {answer.status_code}")
        data = cleaned(answer.content).data
    except GleaneryError as error:
        log.info("picture.unusable", error=type(error).__name__)
        data = b""
    _write(house, place, data)
    return data


def _session(house: House) -> MeteredHttp:
    from gleanery.http import GuardedHttp  # its libraries take their time

    limits = house.config.http
    session = GuardedHttp(
        entered=limits.allow_hosts,
        timeout=min(limits.timeout_seconds, SECONDS),
        total_seconds=SECONDS,
        max_bytes=MAX_BYTES,
        max_redirects=3,
        ca_file=str(limits.ca_file) if limits.ca_file else None,
        user_agent=f"gleanery/{__version__} pictures",
    )
    return MeteredHttp(session, PluginMeter(house.store, PLUGIN, house.now))


def _write(house: House, place: Path, data: bytes) -> None:
    """Keep it, whole or not at all, as of now by the house's clock."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.NamedTemporaryFile(dir=place.parent, prefix="new-", delete=False) as file:
        file.write(data)
    at = house.now().timestamp()
    os.utime(file.name, (at, at))
    Path(file.name).replace(place)


# --------------------------------------------------------------------------- letting go


def let_go(house: House) -> int:
    """Remove pictures whose words are gone, and those nobody looked at for long; returns how many."""
    folder = _folder(house)
    files = [one for one in folder.iterdir() if one.is_file()] if folder.is_dir() else []
    living = _living(house, {_content_of(one) for one in files} - {None})
    removed = 0
    for one in files:
        if _content_of(one) not in living or _is_old(house, one):
            one.unlink(missing_ok=True)
            removed += 1
    return removed


def _content_of(file: Path) -> UUID | None:
    try:
        return UUID(file.name[:36])
    except ValueError:
        return None


def _is_old(house: House, file: Path) -> bool:
    return house.now().timestamp() - file.stat().st_mtime >= KEPT.total_seconds()


def _living(house: House, contents: set[UUID | None]) -> set[UUID]:
    """Those of the contents whose words are still there."""
    found: set[UUID] = set()
    wanted = sorted(filter(None, contents))
    with house.store.read() as session:
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            query = select(Content.id).where(col(Content.id).in_(some), col(Content.gone).is_(None))
            found.update(session.exec(query))
    return found

"""Sources that failed for long rest by themselves, and somebody is warned before: of that, and of ending sign-ins."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from cryptography.fernet import InvalidToken
from sqlmodel import col, select

from gleanery.config import SourceSettings
from gleanery.errors import ConfigError
from gleanery.flow.granting import Grant
from gleanery.flow.house import House
from gleanery.flow.sources import ensure_source, source_id_of
from gleanery.model.sources import Source, SourceStatus, SourceToken

POLICY = "policy:failing-sources"
PAUSED = "Paused by itself: it failed for {days} days. {message}"


class Kind(StrEnum):
    """What somebody should know of a source."""

    SIGN_IN_ENDS = "sign-in-ends"
    WILL_PAUSE = "will-pause"
    ACTION_REQUIRED = "action-required"
    PAUSED = "paused-by-itself"


class Warned(NamedTuple):
    """A source, what is wrong or will be, when that is (or since when), and the words of the last error."""

    source: str
    kind: Kind
    at: datetime | None
    words: str = ""


def warnings(house: House) -> Sequence[Warned]:
    """What administrators should act on, in the order of the configuration; two queries, however many sources."""
    with house.store.read() as session:
        rows = {row.name: row for row in session.exec(select(Source))}
        ending = _ending(house, session.exec(select(SourceToken).where(_soon(house))).all())
    told: list[Warned] = []
    for source in house.config.sources:
        row = rows.get(source.name)
        told += _of_row(house, source, row) if row else []
        if source.name in ending and (row is None or row.paused_at is None):
            told.append(Warned(source.name, Kind.SIGN_IN_ENDS, ending[source.name]))
    return told


def _of_row(house: House, source: SourceSettings, row: Source) -> list[Warned]:
    days = house.config.reading.pause_after_failing_days
    if row.paused_at is not None:
        by_itself = row.failing_since is not None and row.message.startswith(PAUSED[:17])
        return [Warned(source.name, Kind.PAUSED, row.paused_at, row.message)] if by_itself else []
    if row.failing_since and days and house.now() - row.failing_since >= timedelta(days=days) / 2:
        return [Warned(source.name, Kind.WILL_PAUSE, row.failing_since + timedelta(days=days), row.message)]
    if row.status is SourceStatus.ACTION_REQUIRED:
        return [Warned(source.name, Kind.ACTION_REQUIRED, row.failing_since, row.message)]
    return []


def _soon(house: House) -> Any:
    days = house.config.reading.warn_days_before_sign_in_ends
    return col(SourceToken.expires_at) <= house.now() + timedelta(days=days)


def _ending(house: House, rows: Sequence[SourceToken]) -> dict[str, datetime]:
    """Those that nothing renews. What does not open with the keys that are here is told by the reading itself."""
    found = {}
    for row in rows:
        try:
            grant = Grant.from_json(json.loads(house.token_keys.ring().decrypt(row.sealed)))
        except (ConfigError, InvalidToken):
            continue
        if grant.refresh is None and row.expires_at is not None and _asks_person(house, row.source):
            found[row.source] = row.expires_at
    return found


def _asks_person(house: House, name: str) -> bool:
    """Whether a person has to sign in anew; an app that asks for itself does so whenever it has to."""
    from gleanery.flow.connecting import app_of

    try:
        return not app_of(house, name).client_credentials
    except ConfigError:
        return False


def pause_failing(house: House) -> list[str]:
    """Have those rest that failed for as long as the settings say; their names."""
    days = house.config.reading.pause_after_failing_days
    if not days:
        return []
    since = house.now() - timedelta(days=days)
    with house.store.read() as session:
        query = select(Source.name).where(col(Source.failing_since) <= since, col(Source.paused_at).is_(None))
        names = set(session.exec(query))
    return [one.name for one in house.config.sources if one.name in names and _paused(house, one, days)]


def _paused(house: House, settings: SourceSettings, days: int) -> bool:
    with house.change() as change:
        source = ensure_source(change.session, settings, source_id_of(house, settings.name), locked=True)
        if source.paused_at is not None or source.failing_since is None:
            return False
        source.paused_at = change.at
        source.message = PAUSED.format(days=days, message=source.message).strip()
        change.session.add(source)
        change.audit("source.paused", POLICY, f"source:{settings.name}", failing_days=days)
    return True

"""The embedded record store on the web: xAPI under /xapi, for those who have a key of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from starlette.types import ASGIApp

from gleanery.flow.house import House
from gleanery.web.guards import RECORD
from xapi.lrs.database import Database
from xapi.lrs.http.app import create_app
from xapi.lrs.http.lrs import Lrs, Settings
from xapi.lrs.http.sealing import Regularly
from xapi.lrs.http.serve import cursor_key


@contextmanager
def record_app(house: House) -> Iterator[ASGIApp | None]:
    """The record store of this house as an ASGI application, None where the configuration turns it off.

    While it is open the record is sealed as often as `record.checkpoint_seconds` says, whatever the clock
    is busy with. What was taken in is written before it closes.
    """
    if not house.config.lrs.enabled:
        yield None
        return
    every = timedelta(seconds=house.config.record.checkpoint_seconds)
    database = Database(house.config.database_url)
    lrs = Lrs.of(database, _settings(house))
    try:
        with Regularly(lambda: house.checkpoint(after=every), every.total_seconds() / 2):
            yield create_app(lrs)
    finally:
        lrs.close()
        database.close()


def _settings(house: House) -> Settings:
    wanted = house.config.lrs
    return Settings(
        default_version=wanted.default_version,
        endpoint=RECORD,
        max_body=wanted.max_body_bytes,
        max_batch=wanted.max_batch,
        requests_per_minute=wanted.requests_per_minute,
        origins=wanted.origins,
        cursor_key=cursor_key(house.signer),
    )

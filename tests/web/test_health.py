"""gleanery.web.health."""

from __future__ import annotations

from datetime import UTC, datetime

import requests
from sqlalchemy import text

from gleanery import __version__
from tests.web.houses import Site, not_read_since


def test_a_monitor_learns_that_all_is_well_and_nothing_else(site: Site) -> None:
    answer = requests.get(f"{site.url}/healthz", timeout=5)
    assert answer.status_code == 200
    told = {"status": "ok", "database": True, "stale_sources": 0, "version": __version__}
    assert answer.json() == told


def test_sources_that_are_not_read_are_counted_without_their_names(own_site: Site) -> None:
    not_read_since(own_site.house, datetime(2026, 1, 1, tzinfo=UTC))
    answer = requests.get(f"{own_site.url}/healthz", timeout=5)
    assert answer.status_code == 200, "starting the house anew would mend nothing"
    told = {"status": "stale", "database": True, "stale_sources": 1, "version": __version__}
    assert answer.json() == told


def test_a_database_that_does_not_answer_is_told_by_status_503(own_site: Site) -> None:
    with own_site.house.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE organisation RENAME TO lost"))
    answer = requests.get(f"{own_site.url}/healthz", timeout=5)
    assert answer.status_code == 503
    assert answer.json()["database"] is False

"""gleanery.web.health."""

from __future__ import annotations

import requests
from sqlalchemy import text

from gleanery import __version__
from tests.web.houses import Site


def test_a_monitor_learns_that_all_is_well_and_nothing_else(site: Site) -> None:
    answer = requests.get(f"{site.url}/healthz", timeout=5)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": True, "version": __version__}


def test_a_database_that_does_not_answer_is_told_by_status_503(own_site: Site) -> None:
    with own_site.house.store.engine.begin() as connection:
        connection.execute(text("ALTER TABLE organisation RENAME TO lost"))
    answer = requests.get(f"{own_site.url}/healthz", timeout=5)
    assert answer.status_code == 503
    assert answer.json()["database"] is False

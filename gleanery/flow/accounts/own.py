"""What everybody sets for themselves: language, theme, keys, rows on a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from gleanery.errors import BadInput
from gleanery.flow.accounts import staff
from gleanery.flow.change import Change

ROWS = (20, 50, 100, 200)
THEMES = ("", "light", "dark")
"""What a page may show at once; the empty theme is the browser's."""


def set_settings(change: Change, person_id: UUID, wanted: Mapping[str, Any], actor: str) -> Mapping[str, Any]:
    """Set some settings of somebody, None puts one back to its default; all as they are then. Raises: BadInput."""
    account = staff.account(change.session, person_id)
    told = {**account.settings, **wanted}
    kept = {name: value for name, value in told.items() if value is not None and value != ""}
    if kept.get("rows", ROWS[0]) not in ROWS or kept.get("theme", "") not in THEMES:
        raise BadInput("A page cannot be set that way.", remedy="Choose among what the page offers.")
    if kept != account.settings:
        account.settings = kept
        change.session.add(account)
        change.audit("account.settings-set", actor, f"person:{person_id}", names=sorted(wanted))
    return kept

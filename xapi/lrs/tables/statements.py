"""The tables of statements: the second version of the record store."""

from __future__ import annotations

CREATE: tuple[str, ...] = ()
"""The statements that make them; see `xapi.lrs.schema`."""

TABLES: tuple[str, ...] = ()
"""Their names."""

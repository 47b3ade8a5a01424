"""Words that a step blocks are shown to nobody, whatever else is known of the item.

Most are sealed when they are read; those that a later rule blocks stand in clear in the house. Here neither
reaches a page or a command: not the title, not the words, not an address (it may hold a token).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gleanery.flow.desk import Detail, Provenance, Row


def kinds(row: Row) -> tuple[str, ...] | None:
    """The kinds of sensitive data for which the words are withheld; None where they are not."""
    blocked = [reason for reason in row.reasons if reason.verdict == "block"]
    if not blocked and row.state != "quarantined":
        return None
    return tuple(dict.fromkeys(kind for reason in blocked for kind in reason.flags))


def row_shown(row: Row) -> Row:
    """The row as it may be shown."""
    return (
        row
        if kinds(row) is None
        else replace(row, title="", excerpt="", url=None, tags=(), goals=(), hidden=None)
    )


def detail_shown(detail: Detail) -> Detail:
    """The item as it may be shown."""
    found = kinds(detail.row)
    if found is None:
        return detail
    provenance = tuple(_post_shown(post, found) for post in detail.provenance)
    return replace(
        detail, row=row_shown(detail.row), text="", summary="", by_source="", has_marked=False,
        aids=replace(detail.aids, marks=(), terms=(), offered=""), thumbnail="",
        spoken=replace(detail.spoken, passages=(), chapters=()),
        known=replace(detail.known, edits=()),
        provenance=provenance,
    )  # fmt: skip


def _post_shown(post: Provenance, found: tuple[str, ...]) -> Provenance:
    return replace(post, text="", url=None, author="", withheld=post.withheld or found)

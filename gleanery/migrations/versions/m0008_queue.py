"""The queue: full-text search, claims, marks for later, saved filters, verdicts on many items at once."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

_LIVING: dict[str, Any] = {
    name: sa.text("merged_into IS NULL") for name in ("sqlite_where", "postgresql_where")
}
_MERGED: dict[str, Any] = {
    name: sa.text("merged_into IS NOT NULL") for name in ("sqlite_where", "postgresql_where")
}
_OF_A_BULK: dict[str, Any] = {
    name: sa.text("bulk_id IS NOT NULL") for name in ("sqlite_where", "postgresql_where")
}


def upgrade() -> None:
    op.add_column("item", sa.Column("score", sa.Float(), nullable=False, server_default="0"))
    op.add_column("item", sa.Column("changed_at", sa.BigInteger(), nullable=True))
    op.drop_index(
        "ix_item_merged_into", "item"
    )  # SQLite took it for every list, though nearly all items have none
    op.create_index("item_merged", "item", ["merged_into"], **_MERGED)
    op.create_index("item_living", "item", ["state", "seq"], **_LIVING)
    op.create_index("item_promising", "item", ["state", "score", "seq"], **_LIVING)
    op.add_column("decision", sa.Column("bulk_id", sa.Uuid(), nullable=True))
    op.create_index("decision_of_bulk", "decision", ["bulk_id", "id"], **_OF_A_BULK)
    op.create_index("finding_reason", "finding", ["reason", "item_id"])
    _people()
    _bulk()
    _search(op.get_bind().dialect.name == "sqlite")


def _people() -> None:
    op.create_table(
        "item_claim",
        sa.Column("person_id", sa.Uuid(), primary_key=True),
        sa.Column("item_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("until", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "item_later",
        sa.Column("person_id", sa.Uuid(), primary_key=True),
        sa.Column("item_id", sa.Uuid(), primary_key=True),
        sa.Column("until", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("saved_view_of", "saved_view", ["person_id", "name"], unique=True)


def _bulk() -> None:
    op.create_table(
        "bulk",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("by", sa.String(), nullable=False, index=True),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("query", sa.String(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("cursor", sa.Integer(), nullable=False),
        sa.Column("decided", sa.Integer(), nullable=False),
        sa.Column("refused", sa.JSON(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("undo_asked_at", sa.BigInteger(), nullable=True),
        sa.Column("undo_by", sa.String(), nullable=True),
        sa.Column("undo_cursor", sa.Uuid(), nullable=True),
        sa.Column("undone", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("undo_ended_at", sa.BigInteger(), nullable=True),
    )


def _search(is_sqlite: bool) -> None:
    """The index of words; `rowid` is the item's seq. What it holds is written by flow/queue/search.py."""
    if is_sqlite:
        op.execute(
            "CREATE VIRTUAL TABLE item_search USING fts5(words, detail=none, prefix='2 3', "
            "tokenize='unicode61 remove_diacritics 2')"
        )
        return
    op.execute("CREATE TABLE item_search (rowid BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)")
    op.execute("CREATE INDEX item_search_words ON item_search USING gin (words)")

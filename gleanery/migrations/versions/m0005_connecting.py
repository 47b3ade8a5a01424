"""Connecting live: what sources spend, what came in by itself, tokens, what a first reading holds back."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "usage",
        sa.Column("plugin", sa.String(), nullable=False),
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("hour", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("money_micros", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("plugin", "bucket", "hour"),
    )
    op.create_table(
        "inbox_event",
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("id", sa.Uuid(), nullable=False, unique=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
    )
    waiting = sa.text("sealed IS NOT NULL")
    op.create_index(
        "inbox_event_waiting",
        "inbox_event",
        ["source", "seq"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index("inbox_event_at", "inbox_event", ["at"])
    op.create_table(
        "source_token",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("got_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source"),
    )
    op.add_column("post", sa.Column("channel", sa.String(), nullable=True))
    op.add_column("post", sa.Column("act", sa.String(), nullable=True))
    op.add_column("post", sa.Column("held_by", sa.Uuid(), nullable=True))
    held = sa.text("held_by IS NOT NULL")
    op.create_index("post_held", "post", ["held_by"], sqlite_where=held, postgresql_where=held)
    op.add_column("source", sa.Column("released", sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "source", sa.Column("first_read_done", sa.Boolean(), nullable=False, server_default=sa.true())
    )
    op.add_column("source", sa.Column("paused_at", sa.BigInteger(), nullable=True))
    op.add_column("stated", sa.Column("post_id", sa.Uuid(), nullable=True))
    op.add_column("stated", sa.Column("event", sa.String(), nullable=True))
    op.create_index("ix_stated_post_id", "stated", ["post_id"])

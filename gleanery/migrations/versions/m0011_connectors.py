"""The desk of connectors: what is being set up, what each reading brought, since when a source fails."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("source", sa.Column("failing_since", sa.BigInteger(), nullable=True))
    op.create_table(
        "reading_log",
        sa.Column("seq", sa.Integer(), primary_key=True, autoincrement=True),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=False),
        sa.Column("end", sa.String(32), nullable=False),
        sa.Column("new", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("gone", sa.Integer(), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
    )
    op.create_index("reading_log_of_source", "reading_log", ["source_id", "seq"])
    op.create_index("reading_log_at", "reading_log", ["ended_at"])
    op.create_table(
        "source_draft",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_source_draft_person_id", "source_draft", ["person_id"])

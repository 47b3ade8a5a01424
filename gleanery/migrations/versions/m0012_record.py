"""The desk of record: searches that are kept, and the audit log found by time whatever the filter."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("log", sa.String(32), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("ix_saved_search_person_id", "saved_search", ["person_id"])
    op.drop_index("ix_audit_entry_action", "audit_entry")
    op.drop_index("ix_audit_entry_subject", "audit_entry")
    op.create_index("audit_by_time", "audit_entry", ["at", "seq"])
    for name in ("action", "actor", "subject"):
        op.create_index(f"audit_by_{name}", "audit_entry", [name, "at", "seq"])

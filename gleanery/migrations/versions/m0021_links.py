"""Links: what the last look at an address said, which item leads where, and until when an item is good."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "link_look",
        sa.Column("mark", sa.LargeBinary(32), primary_key=True),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("looked_at", sa.BigInteger(), nullable=True),
        sa.Column("next_look_at", sa.BigInteger(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("definite_at", sa.BigInteger(), nullable=True),
        sa.Column("moved_to", sa.LargeBinary(), nullable=True),
    )
    op.create_index("link_look_due", "link_look", ["next_look_at"])
    op.create_index("link_look_state", "link_look", ["state", "since"])
    op.create_table(
        "item_link",
        sa.Column("item_id", sa.Uuid(), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("mark", sa.LargeBinary(32), nullable=True),
    )
    op.create_index("ix_item_link_mark", "item_link", ["mark"])
    op.create_table(
        "item_term",
        sa.Column("item_id", sa.Uuid(), primary_key=True),
        sa.Column("review_by", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    for name in ("review_by", "expires_at"):
        op.create_index(f"ix_item_term_{name}", "item_term", [name])
    op.add_column("item_edit", sa.Column("address", sa.String(), nullable=True))

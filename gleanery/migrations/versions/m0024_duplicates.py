"""Indexes of pairs that nobody spoke of yet, and of items that several posts are about."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    still_open, joined = sa.text("settled IS NULL"), sa.text("role IN ('same', 'alike')")
    op.create_index(
        "alike_open", "alike", ["likeness", "item_id", "other_id"],
        sqlite_where=still_open, postgresql_where=still_open,
    )  # fmt: skip
    op.create_index(
        "item_post_joined", "item_post", ["item_id"], sqlite_where=joined, postgresql_where=joined
    )

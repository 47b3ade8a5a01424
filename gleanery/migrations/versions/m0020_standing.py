"""Standing: what a verdict rested on besides words, reading aids, and how much people took part in posts."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("finding", sa.Column("inputs", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("item", sa.Column("minutes", sa.Integer(), nullable=True))
    op.add_column("item", sa.Column("level", sa.String(), nullable=False, server_default=""))
    op.create_table(
        "engagement",
        sa.Column("post_id", sa.Uuid(), primary_key=True),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("reactions", sa.Integer(), nullable=False),
        sa.Column("replies", sa.Integer(), nullable=False),
        sa.Column("bucket", sa.Integer(), nullable=False),
    )
    op.create_index("ix_engagement_source_id", "engagement", ["source_id"])
    op.create_table(
        "engagement_bucket",
        sa.Column("source_id", sa.Uuid(), primary_key=True),
        sa.Column("bucket", sa.Integer(), primary_key=True),
        sa.Column("posts", sa.Integer(), nullable=False),
    )

"""What is learned from decisions, and where it puts the items that wait."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "learned_model",
        sa.Column("goal", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("trainer", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("wanted", sa.Integer(), nullable=False),
        sa.Column("unwanted", sa.Integer(), nullable=False),
        sa.Column("background", sa.Integer(), nullable=False),
        sa.Column("decisions", sa.Integer(), nullable=False),
        sa.Column("undone", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("measures", sa.JSON(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=True),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("emptied_why", sa.String(), nullable=False),
    )
    op.create_table(
        "learned_from",
        sa.Column("goal", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("item_id", sa.Uuid(), primary_key=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("held_out", sa.Float(), nullable=True),
    )
    op.create_index("ix_learned_from_item_id", "learned_from", ["item_id"])
    op.create_table(
        "learning_off",
        sa.Column("goal", sa.String(), primary_key=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
    )
    op.add_column("item", sa.Column("rated_as", sa.String(), nullable=False, server_default=""))
    op.add_column("item", sa.Column("place", sa.Float(), nullable=False, server_default="0"))
    op.add_column("item", sa.Column("teaches", sa.Boolean(), nullable=False, server_default=sa.false()))
    _index("item_mixed", ["state", "place", "seq"])
    _index("item_rated", ["state", "rated_as"])


def _index(name: str, columns: list[str]) -> None:
    living = sa.text("merged_into IS NULL")
    op.create_index(name, "item", columns, sqlite_where=living, postgresql_where=living)

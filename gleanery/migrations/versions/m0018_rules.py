"""Rules that curators write: their versions, and the sets of those that hold."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "rule_version",
        sa.Column("rule_id", sa.Uuid(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index(op.f("ix_rule_version_actor"), "rule_version", ["actor"])
    op.create_table(
        "rule_set",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("members", sa.JSON(), nullable=False),
        sa.Column("judges_as", sa.Integer(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_index(op.f("ix_rule_set_actor"), "rule_set", ["actor"])

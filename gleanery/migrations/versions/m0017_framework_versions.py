"""Versions of frameworks with what each changed; when a competency retires; a framework's tree by its parents."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "framework_version",
        sa.Column("framework", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("held_for", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("concepts", sa.Integer(), nullable=False),
        sa.Column("retired", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("fault_count", sa.Integer(), nullable=False),
        sa.Column("faults", sa.JSON(), nullable=False),
    )
    op.create_table(
        "framework_change",
        sa.Column("framework", sa.String(), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("iri", sa.String(), primary_key=True),
        sa.Column("kind", sa.String(32), primary_key=True),
        sa.Column("was", sa.String(), nullable=False),
        sa.Column("now", sa.String(), nullable=False),
    )
    op.create_index("framework_change_kind", "framework_change", ["framework", "number", "kind", "iri"])
    op.add_column("competency", sa.Column("retires_on", sa.Date(), nullable=True))
    op.create_index("competency_parent", "competency", ["framework", "parent"])
    op.create_index("competency_retires", "competency", ["retires_on"])

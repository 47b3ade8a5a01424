"""Competencies: what they mean, the notation of their framework, and what replaced one that was retired."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "competency_description",
        sa.Column("framework", sa.String(), primary_key=True),
        sa.Column("iri", sa.String(), primary_key=True),
        sa.Column("language", sa.String(), primary_key=True),
        sa.Column("text", sa.String(), nullable=False),
    )
    op.add_column("competency", sa.Column("code", sa.String(), nullable=False, server_default=""))
    op.add_column("competency", sa.Column("replaced_by", sa.String(), nullable=True))

"""Audit entries are chained by a salted hash of their content, so that a bundle can prove one and withhold others.

Entries of before keep a NULL here and the chain they were written with.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("audit_entry", sa.Column("salt", sa.LargeBinary(), nullable=True))

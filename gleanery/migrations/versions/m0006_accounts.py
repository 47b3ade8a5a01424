"""Accounts: roles, ways to sign in, sessions, tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("person_id", sa.Uuid(), primary_key=True),
        sa.Column("password", sa.String(), nullable=True),
        sa.Column("password_set_at", sa.BigInteger(), nullable=True),
        sa.Column("mail", sa.String(), nullable=True),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
    )
    op.create_table(
        "account_role",
        sa.Column("person_id", sa.Uuid(), primary_key=True),
        sa.Column("role", sa.String(), primary_key=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
    )
    op.create_table(
        "account_identity",
        sa.Column("issuer", sa.String(), primary_key=True),
        sa.Column("subject", sa.String(), primary_key=True),
        sa.Column("person_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("since", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "pending_sign_in",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("issuer", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False, index=True),
        sa.UniqueConstraint("issuer", "subject"),
    )
    op.create_table(
        "web_session",
        sa.Column("mark", sa.LargeBinary(32), primary_key=True),
        sa.Column("person_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("way", sa.String(32), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False, index=True),
    )
    op.create_table(
        "api_token",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("mark", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("person_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("rights", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
    )
    op.create_table(
        "sign_in_try",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("mark", sa.LargeBinary(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False, index=True),
    )
    op.create_index("sign_in_try_of", "sign_in_try", ["mark", "at"])

"""Persons, what links handles to them, legal bases, and which statement rests on which."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.drop_table("basis")  # nothing ever wrote to it
    op.create_table(
        "basis",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("unit", sa.String(), nullable=True),
        sa.Column("platform", sa.String(), nullable=True),
        sa.Column("source", sa.String(), nullable=True),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("text_id", sa.Uuid(), nullable=True),
        sa.Column("needs_consent", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_why", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_basis_person_id"), "basis", ["person_id"], unique=False)
    op.create_table(
        "consent_text",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("purpose", "language", "version"),
    )
    op.create_table(
        "directory_change",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("before", sa.String(), nullable=True),
        sa.Column("after", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("import_id", "number"),
    )
    op.create_index(op.f("ix_directory_change_person_id"), "directory_change", ["person_id"], unique=False)
    op.create_table(
        "directory_import",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("file_hash", sa.String(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_directory_import_at"), "directory_import", ["at"], unique=False)
    op.create_table(
        "handle_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("handle_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("how", sa.String(length=32), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_why", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("handle_link_of", "handle_link", ["handle_id", "since"], unique=False)
    op.create_index(op.f("ix_handle_link_person_id"), "handle_link", ["person_id"], unique=False)
    op.create_table(
        "person_merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("into_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(op.f("ix_person_merge_into_id"), "person_merge", ["into_id"], unique=False)
    op.create_index(op.f("ix_person_merge_person_id"), "person_merge", ["person_id"], unique=False)
    op.create_table(
        "stated",
        sa.Column("statement_id", sa.Uuid(), nullable=False),
        sa.Column("deed", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("handle_id", sa.Uuid(), nullable=True),
        sa.Column("basis_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("voided_at", sa.BigInteger(), nullable=True),
        sa.Column("voided_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("statement_id"),
        sa.UniqueConstraint("deed", "revision"),
    )
    op.create_index(op.f("ix_stated_handle_id"), "stated", ["handle_id"], unique=False)
    op.create_index(op.f("ix_stated_person_id"), "stated", ["person_id"], unique=False)
    op.create_index("stated_on_basis", "stated", ["basis_id", "voided_at"], unique=False)
    op.create_index("basis_for", "basis", ["purpose", "person_id"], unique=False)
    op.add_column("person", sa.Column("merged_into", sa.Uuid(), nullable=True))
    op.add_column("person", sa.Column("unit", sa.String(), nullable=True))
    op.add_column("person", sa.Column("starts_on", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("ends_on", sa.Date(), nullable=True))
    op.add_column("person", sa.Column("directory_mark", sa.LargeBinary(), nullable=True))
    op.add_column("person", sa.Column("directory_number", sa.LargeBinary(), nullable=True))
    op.create_index(op.f("ix_person_merged_into"), "person", ["merged_into"], unique=False)
    op.create_index("person_directory_mark", "person", ["directory_mark"], unique=True)

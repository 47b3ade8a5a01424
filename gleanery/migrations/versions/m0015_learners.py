"""Learners: visits, how far they got, scores for gradebooks, what they say, and the questions of items."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    _visits()
    _reached()
    _scores()
    _said()


def _visits() -> None:
    op.create_table(
        "learner_visit",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("handle_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("thing", sa.Uuid(), nullable=True),
        sa.Column("is_teacher", sa.Boolean(), nullable=False),
        sa.Column("arrived", sa.JSON(), nullable=False),
        sa.Column("ticket_mark", sa.LargeBinary(), nullable=False, unique=True),
        sa.Column("ticket_until", sa.BigInteger(), nullable=False),
        sa.Column("key_mark", sa.LargeBinary(), nullable=True),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
    )
    op.create_index("learner_visit_seen", "learner_visit", ["seen_at"])
    op.create_index("learner_visit_handle", "learner_visit", ["handle_id"])


def _reached() -> None:
    op.create_table(
        "learner_item",
        sa.Column("handle_id", sa.Uuid(), primary_key=True),
        sa.Column("item_id", sa.Uuid(), primary_key=True),
        sa.Column("opened_at", sa.BigInteger(), nullable=True),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=True),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("segments", sa.String(), nullable=False),
        sa.Column("length", sa.Float(), nullable=True),
        sa.Column("heard_at", sa.BigInteger(), nullable=True),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("wrote", sa.Boolean(), nullable=False),
        sa.Column("reflection", sa.String(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
    )
    op.create_index("learner_item_by_item", "learner_item", ["item_id", "rating"])


def _scores() -> None:
    op.create_table(
        "learner_score",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("handle_id", sa.Uuid(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("thing", sa.Uuid(), nullable=False),
        sa.Column("to", sa.JSON(), nullable=False),
        sa.Column("progress", sa.String(), nullable=False),
        sa.Column("share", sa.Float(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(32), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
    )
    op.create_index("learner_score_due", "learner_score", ["destination", "state", "next_try_at"])
    op.create_index("learner_score_handle", "learner_score", ["handle_id"])


def _said() -> None:
    op.create_table(
        "learner_note",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("destination", sa.String(), nullable=False),
        sa.Column("handle_id", sa.Uuid(), nullable=False),
        sa.Column("item_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("settled_at", sa.BigInteger(), nullable=True),
        sa.Column("settled_by", sa.String(), nullable=True),
    )
    op.create_index("learner_note_open", "learner_note", ["settled_at", "at", "id"])
    op.create_index("learner_note_item", "learner_note", ["item_id"])
    op.create_index("learner_note_handle", "learner_note", ["handle_id"])
    op.create_table(
        "item_question",
        sa.Column("item_id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("right", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
    )

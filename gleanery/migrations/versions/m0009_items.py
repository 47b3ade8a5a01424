"""What curators add to an item, and the terms by which competencies are found while somebody types."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from gleanery.model.terms import terms_of

revision = "0009"
down_revision = "0008"

_AT_ONCE = 5_000


def upgrade() -> None:
    _curated()
    op.add_column(
        "competency_label", sa.Column("number", sa.Integer(), nullable=False, server_default=sa.text("0"))
    )
    op.create_index("ix_competency_label_number", "competency_label", ["number"])
    op.create_index("ix_competency_label_iri", "competency_label", ["iri"])
    term = sa.String().with_variant(sa.String(collation="C"), "postgresql")
    op.create_table(
        "competency_term",
        sa.Column("starts", sa.Boolean(), primary_key=True),
        sa.Column("term", term, primary_key=True),
        sa.Column("label", sa.Integer(), primary_key=True, autoincrement=False),
    )
    op.create_index("ix_competency_term_label", "competency_term", ["label"])
    _find_labels()


def _curated() -> None:
    op.create_table(
        "item_edit",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=True),
        sa.Column("summary", sa.String(), nullable=True),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.Column("emptied", sa.Boolean(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False, index=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
        sa.UniqueConstraint("item_id", "number"),
    )
    op.create_index("item_edit_current", "item_edit", ["item_id", "current"])
    op.create_table(
        "item_note",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("item_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("person_id", sa.Uuid(), nullable=False, index=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "refused_tag",
        sa.Column("item_id", sa.Uuid(), primary_key=True),
        sa.Column("framework", sa.String(), primary_key=True),
        sa.Column("concept", sa.String(), primary_key=True),
        sa.Column("actor", sa.String(), nullable=False, index=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "regrouping",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("from_item", sa.Uuid(), nullable=False, index=True),
        sa.Column("to_item", sa.Uuid(), nullable=False, index=True),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False, index=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("undone_at", sa.BigInteger(), nullable=True),
        sa.Column("undone_by", sa.String(), nullable=True),
    )


# --------------------------------------------------------------------------- what was imported before

_KEY = ("framework", "iri", "language", "kind", "label")
_labels = sa.table("competency_label", *map(sa.column, (*_KEY, "number")))
_terms = sa.table("competency_term", *map(sa.column, ("starts", "term", "label")))


def _find_labels() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(*(_labels.c[name] for name in _KEY))).all()
    for start in range(0, len(rows), _AT_ONCE):
        some = [
            dict(zip(("f", "i", "a", "k", "l"), row, strict=True)) | {"n": number}
            for number, row in enumerate(rows[start : start + _AT_ONCE], start + 1)
        ]
        named = [
            _labels.c[name] == sa.bindparam(sign)
            for name, sign in zip(_KEY, ("f", "i", "a", "k", "l"), strict=True)
        ]
        connection.execute(_labels.update().where(*named).values(number=sa.bindparam("n")), some)
        connection.execute(_terms.insert(), list(_found(some)))


def _found(labels: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    for one in labels:
        for starts, term in terms_of(str(one["l"])):
            yield {"starts": starts, "term": term, "label": one["n"]}

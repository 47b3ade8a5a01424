"""What posts are recognised by, by numbers and as its own index: a seventh of the room, and found by post too."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "match_key_new",
        sa.Column("key", sa.LargeBinary(length=16), nullable=False),
        sa.Column("item_seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("post_seq", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("exact", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", "item_seq", "post_seq"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO match_key_new (key, item_seq, post_seq, exact) "
        "SELECT DISTINCT CASE WHEN m.exact THEN m.key ELSE substr(m.key, 1, 8) END, i.seq, p.seq, m.exact "
        "FROM match_key m JOIN item i ON i.id = m.item_id JOIN post p ON p.id = m.post_id"
    )
    op.drop_index("match_key_found", table_name="match_key")
    op.drop_table("match_key")
    op.rename_table("match_key_new", "match_key")
    op.create_index("match_key_post", "match_key", ["post_seq", "item_seq"])

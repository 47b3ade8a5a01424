"""Run by alembic with the connection that `Store.upgrade` hands over."""

from alembic import context

from gleanery.model.tables import metadata

connection = context.config.attributes["connection"]


def _ours(name: str | None, kind: str, _: object) -> bool:
    """The record's tables (lrs_*) are its own and are migrated by it."""
    return not (kind == "table" and name is not None and name.startswith("lrs_"))


context.configure(connection=connection, target_metadata=metadata, include_name=_ours, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()

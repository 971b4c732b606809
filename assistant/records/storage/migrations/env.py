"""Runs the migrations on the connection that `storage/migrating.py` hands over."""

from alembic import context

from assistant.records.storage.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    compare_type=True,
    user_module_prefix="assistant.records.storage.models.",
)
context.run_migrations()

"""Indexes that hold what the inbox and the overview ask for, measured with 100,000 requests."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_OLD = (
    ("queue", "received_at", "id"),
    ("status", "received_at", "id"),
    ("assigned_to", "queue", "received_at", "id"),
    ("received_at",),
)
_NEW = (
    ("queue", "received_at", "id", "status"),
    ("status", "queue", "received_at", "id", "urgent", "assigned_to"),
    ("assigned_to", "queue", "received_at", "id", "status"),
    ("urgent", "queue", "received_at", "id", "status"),
    ("received_at", "status", "first_response_at"),
)


def upgrade() -> None:
    _replace(_OLD, _NEW)


def downgrade() -> None:
    _replace(_NEW, _OLD)


def _replace(old: tuple[tuple[str, ...], ...], new: tuple[tuple[str, ...], ...]) -> None:
    for columns in old:
        op.drop_index(_name(columns), "leads")
    for columns in new:
        op.create_index(_name(columns), "leads", list(columns))


def _name(columns: tuple[str, ...]) -> str:
    return "ix_leads_" + "_".join(columns)

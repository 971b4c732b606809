"""Consultation requests, their history, and the outbox."""

import sqlalchemy as sa
from alembic import op

from assistant.records.storage.models import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_QUEUE = """CASE
 WHEN status = 'held' THEN 4
 WHEN status IN ('booked', 'closed', 'spam') THEN 3
 WHEN status = 'reached' THEN 2
 WHEN urgent THEN 0
 WHEN status = 'new' THEN 1
 ELSE 2 END"""


def upgrade() -> None:
    op.create_table(
        "consent_texts",
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("first_used_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("version", name="pk_consent_texts"),
    )
    _leads()
    op.create_table(
        "lead_events",
        sa.Column("id", sa.Integer(), nullable=False),
        _lead_id(),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("old", sa.String(50), nullable=True),
        sa.Column("new", sa.String(50), nullable=True),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.Column("undoes_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_lead_events"),
        _of_lead("lead_events"),
        sa.ForeignKeyConstraint(
            ["undoes_id"],
            ["lead_events.id"],
            name="fk_lead_events_undoes_id_lead_events",
            ondelete="CASCADE",
        ),
        sa.UniqueConstraint("undoes_id", name="uq_lead_events_undoes_id"),
    )
    op.create_index("ix_lead_events_lead_id", "lead_events", ["lead_id"])
    op.create_table(
        "idempotency_keys",
        sa.Column("key_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("body_digest", sa.String(32), nullable=False),
        _lead_id(),
        sa.Column("receipt", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("key_hash", name="pk_idempotency_keys"),
        _of_lead("idempotency_keys"),
    )
    op.create_index("ix_idempotency_keys_lead_id", "idempotency_keys", ["lead_id"])
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        _lead_id(),
        sa.Column("channel", sa.String(20), nullable=False),
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.Column("lease", sa.Uuid(), nullable=True),
        sa.Column("give_up_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.Column("error", sa.String(200), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        _of_lead("outbox"),
        sa.UniqueConstraint("event_id", name="uq_outbox_event_id"),
    )
    op.create_index("ix_outbox_lead_id_channel", "outbox", ["lead_id", "channel"], unique=True)
    op.create_index("ix_outbox_channel_status_due_at", "outbox", ["channel", "status", "due_at"])


def downgrade() -> None:
    for table in ("outbox", "idempotency_keys", "lead_events", "leads", "consent_texts"):
        op.drop_table(table)


def _leads() -> None:
    op.create_table(
        "leads",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(8), nullable=False),
        sa.Column("status", sa.String(10), nullable=False),
        sa.Column("closed_reason", sa.String(30), nullable=True),
        sa.Column("held_reason", sa.String(10), nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("urgent_level", sa.String(10), nullable=True),
        sa.Column("queue", sa.SmallInteger(), sa.Computed(_QUEUE, persisted=True), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_typed", sa.LargeBinary(), nullable=True),
        sa.Column("email", sa.LargeBinary(), nullable=True),
        sa.Column("preferred_time", sa.LargeBinary(), nullable=True),
        sa.Column("message", sa.LargeBinary(), nullable=True),
        sa.Column("phone_index", sa.String(32), nullable=True),
        sa.Column("email_index", sa.String(32), nullable=True),
        sa.Column("consent_version", sa.String(64), nullable=False),
        sa.Column("marketing_version", sa.String(64), nullable=True),
        sa.Column("language", sa.String(35), nullable=False),
        sa.Column("page", sa.Text(), nullable=True),
        sa.Column("conversation_id", sa.Integer(), nullable=True),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("first_response_at", UtcDateTime(), nullable=True),
        sa.Column("assigned_to", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_leads"),
        sa.UniqueConstraint("reference", name="uq_leads_reference"),
        *(
            sa.ForeignKeyConstraint(
                [column], ["consent_texts.version"], name=f"fk_leads_{column}_consent_texts"
            )
            for column in ("consent_version", "marketing_version")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_leads_conversation_id_conversations",
            ondelete="SET NULL",
        ),
    )
    for columns in (
        ["queue", "received_at", "id"],
        ["status", "received_at", "id"],
        ["assigned_to", "queue", "received_at", "id"],
        ["phone_index"],
        ["email_index"],
        ["conversation_id"],
        ["received_at"],
    ):
        op.create_index(f"ix_leads_{'_'.join(columns)}", "leads", columns)


def _lead_id() -> sa.Column[int]:
    return sa.Column("lead_id", sa.Integer(), nullable=False)


def _of_lead(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_lead_id_leads"
    return sa.ForeignKeyConstraint(["lead_id"], ["leads.id"], name=name, ondelete="CASCADE")

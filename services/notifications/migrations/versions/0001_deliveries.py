"""Deliveries, closures, and the tables of messaging."""

import sqlalchemy as sa
from alembic import op

from shared.database import Json, UtcInstant
from shared.messaging import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates everything."""
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("dedup_key", sa.String(250), nullable=False, unique=True),
        sa.Column("template", sa.String(40), nullable=False),
        sa.Column("mail_class", sa.String(20), nullable=False),
        sa.Column("role", sa.String(20), nullable=False),
        sa.Column("recipient_id", sa.String(64), nullable=False),
        sa.Column("request_id", sa.String(64), nullable=False),
        sa.Column("reference", sa.String(120), nullable=False),
        sa.Column("subject_id", sa.String(64), nullable=False),
        sa.Column("subject_version", sa.Integer, nullable=False),
        sa.Column("codes", Json, nullable=False),
        sa.Column("immediate", sa.Boolean, nullable=False),
        sa.Column("urgency", sa.Integer, nullable=False),
        sa.Column("occurred_at", UtcInstant, nullable=False),
        sa.Column("due_at", UtcInstant, nullable=False),
        sa.Column("not_after", UtcInstant),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(120)),
        sa.Column("stopped", sa.String(40)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("uncertain", sa.Boolean, nullable=False),
        sa.Column("lease", sa.String(36)),
        sa.Column("leased_until", UtcInstant),
        sa.Column("message_id", sa.String(320), nullable=False, unique=True),
        sa.Column("smtp_code", sa.Integer),
        sa.Column("smtp_enhanced", sa.String(12)),
        sa.Column("sha256", sa.String(64)),
        sa.Column("changed_at", UtcInstant, nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'held', 'sending', 'sent', 'not_sent', 'failed')", name="delivery_state"
        ),
        sa.CheckConstraint("(state = 'sending') = (lease IS NOT NULL)", name="delivery_lease"),
    )
    op.create_index(
        "deliveries_due",
        "deliveries",
        ["urgency", "due_at"],
        sqlite_where=sa.text("state IN ('planned', 'held')"),
        postgresql_where=sa.text("state IN ('planned', 'held')"),
    )
    op.create_index("deliveries_leased", "deliveries", ["leased_until", "lease"])
    op.create_index("deliveries_request", "deliveries", ["request_id", "role"])
    op.create_index("deliveries_reference", "deliveries", ["reference"])
    op.create_index("deliveries_listed", "deliveries", ["state", "occurred_at", "id"])
    op.create_table(
        "closures",
        sa.Column("entity_id", sa.String(64), primary_key=True),
        sa.Column("why", sa.String(40), nullable=False),
        sa.Column("closed_at", UtcInstant, nullable=False),
    )
    tables.create(op.get_bind())


def downgrade() -> None:
    """Drops everything; deliveries are lost."""
    tables.drop(op.get_bind())
    op.drop_table("closures")
    op.drop_table("deliveries")

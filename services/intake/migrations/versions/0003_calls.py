"""The free call: calls, the minutes that they keep, and when coordinators are away; ended referrals."""

import sqlalchemy as sa
from alembic import op

from shared.database import Json, UtcInstant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.String(36)
CODE = sa.String(120)
BOOKED = sa.text("status = 'booked'")


def upgrade() -> None:
    ended = sa.Column("referral_ended", sa.Boolean, nullable=False, server_default=sa.false())
    op.add_column("requests", ended)
    op.create_table(
        "calls",
        sa.Column("id", ID, primary_key=True),
        sa.Column("request_id", ID, sa.ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("coordinator_id", CODE, nullable=False),
        sa.Column("starts_at", UtcInstant, nullable=False),
        sa.Column("ends_at", UtcInstant, nullable=False),
        sa.Column("kept_until", UtcInstant, nullable=False),
        sa.Column("time_zone", CODE, nullable=False),
        sa.Column("booked_at", UtcInstant, nullable=False),
        sa.Column("changed_at", UtcInstant, nullable=False),
        sa.Column("by", CODE, nullable=False),
        sa.Column("interpreter", Json, nullable=False),
        sa.Column("remind_shortly", sa.Boolean, nullable=False),
        sa.Column("state", CODE),
        sa.Column("located_version", sa.Integer, nullable=False),
        sa.CheckConstraint("version >= 1 AND sequence >= 0 AND located_version >= 0", name="calls_versions"),
        sa.CheckConstraint("status IN ('booked', 'attended', 'missed', 'cancelled')", name="calls_status"),
        sa.CheckConstraint("starts_at < ends_at AND ends_at <= kept_until", name="calls_times"),
        sa.UniqueConstraint("request_id", "version", name="calls_request_version"),
    )
    _index_calls()
    op.create_table(
        "call_minutes",
        sa.Column("coordinator_id", CODE, primary_key=True),
        sa.Column("at", UtcInstant, primary_key=True),
        sa.Column("call_id", ID, sa.ForeignKey("calls.id", ondelete="CASCADE"), nullable=False),
    )
    op.create_index("call_minutes_call", "call_minutes", ["call_id"])
    op.create_table(
        "absences",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("coordinator_id", CODE, nullable=False),
        sa.Column("begins_at", UtcInstant, nullable=False),
        sa.Column("ends_at", UtcInstant, nullable=False),
        sa.Column("created_at", UtcInstant, nullable=False),
        sa.Column("by", CODE, nullable=False),
        sa.CheckConstraint("begins_at < ends_at", name="absences_times"),
    )
    op.create_index("absences_coordinator", "absences", ["coordinator_id", "ends_at"])


def _index_calls() -> None:
    for name, columns, unique in (
        ("calls_one_booked", ["request_id"], True),
        ("calls_booked", ["id", "ends_at"], False),
        ("calls_ahead", ["coordinator_id", "kept_until"], False),
    ):
        op.create_index(name, "calls", columns, unique=unique, sqlite_where=BOOKED, postgresql_where=BOOKED)
    op.create_index("calls_coordinator", "calls", ["coordinator_id", "ends_at"])
    op.create_index("calls_lately", "calls", ["booked_at", "coordinator_id"])


def downgrade() -> None:
    """What was booked is forgotten: the old code has no calls."""
    op.drop_table("absences")
    op.drop_table("call_minutes")
    op.drop_table("calls")
    op.drop_column("requests", "referral_ended")

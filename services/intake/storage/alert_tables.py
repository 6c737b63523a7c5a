"""Crises and the alerts about them: which coordinators are told, and whether it is known to have left."""

import sqlalchemy as sa

from services.intake.storage.tables import CODE, ID, metadata
from shared.database import UtcInstant

NOBODY_HAS_IT = sa.text("status = 'flagged' AND acknowledged_at IS NULL")
UNCONFIRMED = sa.text("confirmed_at IS NULL")

safety_cases = sa.Table(
    "safety_cases",
    metadata,
    sa.Column("request_id", ID, sa.ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("flagged_at", UtcInstant, nullable=False),
    sa.Column("owner", CODE, nullable=False),
    sa.Column("next_action", CODE, nullable=False),
    sa.Column("due_at", UtcInstant, nullable=False),
    sa.Column("rung", sa.Integer, nullable=False, server_default="0"),
    sa.Column("escalates_at", UtcInstant),  # never, of what an operator tries out
    sa.Column("acknowledged_at", UtcInstant),
    sa.Column("acknowledged_by", CODE),
    sa.Column("cleared_at", UtcInstant),
    sa.Column("cleared_by", CODE),
    sa.CheckConstraint("version >= 1", name="safety_cases_version"),
    sa.CheckConstraint("status IN ('flagged', 'cleared')", name="safety_cases_status"),
    sa.CheckConstraint(
        "status <> 'cleared' OR (cleared_at IS NOT NULL AND cleared_by IS NOT NULL)",
        name="safety_cases_cleared",
    ),
    sa.CheckConstraint(
        "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="safety_cases_acknowledged"
    ),
    sa.Index(
        "safety_cases_climbing",
        "escalates_at",
        sqlite_where=NOBODY_HAS_IT,
        postgresql_where=NOBODY_HAS_IT,
    ),
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("request_id", ID, sa.ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),  # of the crisis, when these were to be told
    sa.Column("recipient", CODE, primary_key=True),  # a coordinator's id
    sa.Column("rung", sa.Integer, nullable=False),
    sa.Column("due_at", UtcInstant, nullable=False),
    sa.Column("try_at", UtcInstant, nullable=False),  # from when on intake sends it itself
    sa.Column("attempts", sa.Integer, nullable=False),  # of ours
    sa.Column("confirmed_at", UtcInstant),
    sa.Column("confirmed_by", CODE),  # notifications, or intake
    sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="alerts_confirmed"),
    sa.Index("alerts_unconfirmed", "try_at", sqlite_where=UNCONFIRMED, postgresql_where=UNCONFIRMED),
)

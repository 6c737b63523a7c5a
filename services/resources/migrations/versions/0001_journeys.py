"""Readiness journeys, silences, and the four tables of messaging."""

import sqlalchemy as sa
from alembic import op

from shared.database import Json, UtcInstant
from shared.messaging import tables

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "journeys",
        sa.Column("journey_id", sa.String(64), primary_key=True),
        sa.Column("request_id", sa.String(64), nullable=False, unique=True),
        sa.Column("reference", sa.String(16), nullable=False),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("opted_in_at", UtcInstant, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("why", sa.String(40)),
        sa.Column("items", Json, nullable=False),
        sa.Column("left_out", Json, nullable=False),
        sa.Column("catalogue_version", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("next_action", sa.String(40)),
        sa.Column("due_at", UtcInstant),
        sa.Column("begun_at", UtcInstant, nullable=False),
        sa.Column("stopped_at", UtcInstant),
        sa.CheckConstraint("state IN ('prepared', 'waiting', 'stopped')", name="journey_state_is_known"),
        sa.CheckConstraint("state = 'prepared' OR (why IS NOT NULL AND why <> '')", name="a_no_has_a_reason"),
        sa.CheckConstraint(
            "state <> 'waiting' OR (owner IS NOT NULL AND owner <> '' AND next_action IS NOT NULL"
            " AND next_action <> '' AND due_at IS NOT NULL)",
            name="waiting_journey_is_in_somebodys_hands",
        ),
    )
    op.create_index("journeys_begun", "journeys", ["begun_at"])
    op.create_index("journeys_reference", "journeys", ["reference"])
    op.create_table(
        "silences",
        sa.Column("request_id", sa.String(64), primary_key=True),
        sa.Column("since", UtcInstant, nullable=False),
    )
    tables.create(op.get_bind())


def downgrade() -> None:
    tables.drop(op.get_bind())
    op.drop_table("silences")
    op.drop_table("journeys")

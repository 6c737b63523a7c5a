"""Who changed the roster: coordinators do, beside the operator."""

import sqlalchemy as sa
from alembic import op

from shared.database import Json, UtcInstant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_steps",
        sa.Column("clinician_id", sa.String(64), sa.ForeignKey("clinicians.clinician_id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("at", UtcInstant, nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("fields", Json, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("roster_steps")

"""What stands between a person and their mail, and a way to find what waits about one call."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcInstant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds; a service of the version before goes on working."""
    op.create_table(
        "holds",
        sa.Column("request_id", sa.String(64), primary_key=True),
        sa.Column("why", sa.String(40), primary_key=True),
        sa.Column("since", UtcInstant, nullable=False),
    )
    op.create_index(
        "deliveries_open_subject",
        "deliveries",
        ["subject_id"],
        sqlite_where=sa.text("state IN ('planned', 'held')"),
        postgresql_where=sa.text("state IN ('planned', 'held')"),
    )


def downgrade() -> None:
    """Takes both away; what was held is decided by what is asked at the moment of sending alone."""
    op.drop_index("deliveries_open_subject", "deliveries")
    op.drop_table("holds")

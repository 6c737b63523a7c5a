"""What came back of a mail after its server had taken it."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcInstant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds; a service of the version before goes on working."""
    op.create_table(
        "returns",
        sa.Column("delivery_id", sa.String(36), primary_key=True),
        sa.Column("kind", sa.String(20), primary_key=True),
        sa.Column("status", sa.String(12)),
        sa.Column("noted_at", UtcInstant, nullable=False),
    )


def downgrade() -> None:
    """Takes it away; what followed from a return stays, and one that comes again counts as new."""
    op.drop_table("returns")

"""Until when a system lived whose backup was restored here."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcInstant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds; a service of the version before goes on working, and sends what is planned for the past."""
    op.create_table(
        "restores",
        sa.Column("restored_at", UtcInstant, primary_key=True),
        sa.Column("backed_up_at", UtcInstant, nullable=False),
        sa.Column("until", UtcInstant, nullable=False),
    )


def downgrade() -> None:
    """Takes it away; what was kept back stays so, with its reason."""
    op.drop_table("restores")

"""People who took their request back, and when."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcInstant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("requests", sa.Column("withdrawn_at", UtcInstant))


def downgrade() -> None:
    """What was taken back stays closed: matching was told so."""
    op.execute("UPDATE requests SET referral_ended = TRUE WHERE withdrawn_at IS NOT NULL")
    with op.batch_alter_table("requests") as requests:
        requests.drop_column("withdrawn_at")

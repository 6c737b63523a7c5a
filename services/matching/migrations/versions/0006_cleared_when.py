"""When a crisis was cleared: one that came later is not cleared by it."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcInstant

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request_news", sa.Column("cleared_at", UtcInstant))


def downgrade() -> None:
    op.drop_column("request_news", "cleared_at")

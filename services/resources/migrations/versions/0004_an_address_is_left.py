"""When somebody gave another e-mail address: links that went to the one before lie in an inbox they left."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcInstant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request_news", sa.Column("moved_at", UtcInstant))


def downgrade() -> None:
    with op.batch_alter_table("request_news") as news:
        news.drop_column("moved_at")

"""How the free call of a request stands, kept whether its referral is there already or not."""

import sqlalchemy as sa
from alembic import op

from shared.database import Json

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("request_news", sa.Column("call", Json))
    op.add_column("referrals", sa.Column("call", Json))


def downgrade() -> None:
    op.execute("UPDATE referrals SET next_action = 'reach_out' WHERE next_action = 'missed_call'")
    op.drop_column("referrals", "call")
    op.drop_column("request_news", "call")

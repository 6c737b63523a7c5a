"""What is left of whoever was erased, and what each run of retention took."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcInstant
from shared.messaging import retention

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "erased_requests",
        sa.Column("request_id", sa.String(64), primary_key=True),
        sa.Column("erased_at", UtcInstant, nullable=False),
    )
    op.create_index("erased_requests_at", "erased_requests", ["erased_at"])
    retention.create(op.get_bind())


def downgrade() -> None:
    retention.drop(op.get_bind())
    op.drop_table("erased_requests")

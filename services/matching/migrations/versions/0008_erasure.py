"""What is left of whoever was erased, and what each run of retention took."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcInstant
from shared.messaging import retention

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("known_requests", sa.Column("erased_at", UtcInstant))
    is_erased = sa.text("erased_at IS NOT NULL")
    op.create_index(
        "known_requests_erased",
        "known_requests",
        ["erased_at"],
        sqlite_where=is_erased,
        postgresql_where=is_erased,
    )
    retention.create(op.get_bind())


def downgrade() -> None:
    retention.drop(op.get_bind())
    op.drop_index("known_requests_erased", "known_requests")
    op.drop_column("known_requests", "erased_at")

"""What each run of retention took; that somebody was erased is known since 0003."""

from alembic import op

from shared.messaging import retention

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    retention.create(op.get_bind())


def downgrade() -> None:
    retention.drop(op.get_bind())

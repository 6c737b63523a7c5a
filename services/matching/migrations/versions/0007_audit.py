"""Who did what, in a chain of hashes."""

from alembic import op

from shared import audit

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    audit.create(op.get_bind())


def downgrade() -> None:
    audit.drop(op.get_bind())

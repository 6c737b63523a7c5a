"""From which link a proof was asked, so that who abuses one link locks nobody out of the others."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("proofs", sa.Column("subject", sa.String(64), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("proofs", "subject")

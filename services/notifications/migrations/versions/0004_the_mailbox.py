"""How far the mailbox has been read to which mails come back."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcInstant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Adds; a service of the version before goes on working."""
    op.create_table(
        "mailboxes",
        sa.Column("key", sa.String(32), primary_key=True),
        sa.Column("validity", sa.BigInteger, nullable=False),
        sa.Column("last_uid", sa.BigInteger, nullable=False),
        sa.Column("read_at", UtcInstant),
    )


def downgrade() -> None:
    """Takes it away; the mailbox is read from its beginning afterwards, which changes nothing."""
    op.drop_table("mailboxes")

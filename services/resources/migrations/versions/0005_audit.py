"""Who did what, in a chain of hashes."""

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is changed yet."""


def downgrade() -> None:
    """Nothing was changed."""

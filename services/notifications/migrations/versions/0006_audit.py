"""Who did what, in a chain of hashes."""

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is changed yet."""


def downgrade() -> None:
    """Nothing was changed."""

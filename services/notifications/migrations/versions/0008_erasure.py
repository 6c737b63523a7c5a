"""What is left of whoever was erased."""

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is changed yet."""


def downgrade() -> None:
    """Nothing was changed."""

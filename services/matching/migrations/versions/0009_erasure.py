"""What is left of whoever was erased."""

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is changed yet."""


def downgrade() -> None:
    """Nothing was changed."""

"""A key for each person, and what is left of whoever was erased."""

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing is changed yet."""


def downgrade() -> None:
    """Nothing was changed."""

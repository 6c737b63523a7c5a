"""Inside notes; requests of colleagues; crises that a named coordinator has cleared."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcInstant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.String(36)
CODE = sa.String(120)


def upgrade() -> None:
    with op.batch_alter_table("requests") as requests:
        requests.add_column(sa.Column("topic", CODE))
        requests.add_column(sa.Column("role", CODE))
        requests.drop_constraint("requests_path", type_="check")
        requests.create_check_constraint(
            "requests_path", "path IN ('consultation', 'readiness', 'professional')"
        )
        requests.create_check_constraint("requests_topic", "path <> 'professional' OR topic IS NOT NULL")
    with op.batch_alter_table("safety_cases") as cases:
        cases.add_column(sa.Column("cleared_at", UtcInstant))
        cases.add_column(sa.Column("cleared_by", CODE))
        cases.drop_constraint("safety_cases_status", type_="check")
        cases.create_check_constraint("safety_cases_status", "status IN ('flagged', 'cleared')")
        cases.create_check_constraint(
            "safety_cases_cleared",
            "status <> 'cleared' OR (cleared_at IS NOT NULL AND cleared_by IS NOT NULL)",
        )
    op.create_table(
        "notes",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("request_id", ID, sa.ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
        sa.Column("written_at", UtcInstant, nullable=False),
        sa.Column("written_by", CODE, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("notes_request", "notes", ["request_id", "written_at"])


def downgrade() -> None:
    """Only while nobody has used what this revision brought: the old tables have no room for it."""
    op.drop_table("notes")
    with op.batch_alter_table("safety_cases") as cases:
        cases.drop_constraint("safety_cases_cleared", type_="check")
        cases.drop_constraint("safety_cases_status", type_="check")
        cases.create_check_constraint("safety_cases_status", "status IN ('flagged')")
        cases.drop_column("cleared_by")
        cases.drop_column("cleared_at")
    with op.batch_alter_table("requests") as requests:
        requests.drop_constraint("requests_topic", type_="check")
        requests.drop_constraint("requests_path", type_="check")
        requests.create_check_constraint("requests_path", "path IN ('consultation', 'readiness')")
        requests.drop_column("role")
        requests.drop_column("topic")

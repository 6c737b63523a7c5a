"""People who wanted to read first and are ready: since when, in whose hands, and what they wrote then."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcInstant

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.String(36)
CODE = sa.String(120)
IS_READY = sa.text("ready_since IS NOT NULL")
LET_GO = """
    UPDATE requests SET ready_since = NULL, owner = NULL, next_action = NULL, due_at = NULL
    WHERE ready_since IS NOT NULL
"""
WHEN = ("ready_since", "not_now_at", "reopened_at")


def upgrade() -> None:
    with op.batch_alter_table("requests") as requests:
        for name in WHEN:
            requests.add_column(sa.Column(name, UtcInstant))
        requests.create_check_constraint(
            "requests_ready_in_nobodys_hands",
            "ready_since IS NULL OR (owner IS NOT NULL AND next_action IS NOT NULL AND due_at IS NOT NULL)",
        )
        requests.create_check_constraint(
            "requests_reopened", "reopened_at IS NULL OR (path = 'consultation' AND ready_since IS NULL)"
        )
    op.create_index(
        "requests_ready", "requests", ["due_at"], sqlite_where=IS_READY, postgresql_where=IS_READY
    )
    op.create_table(
        "later_words",
        sa.Column("id", ID, primary_key=True),
        sa.Column("request_id", ID, sa.ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
        sa.Column("written_at", UtcInstant, nullable=False),
        sa.Column("written_by", CODE, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("later_words_request", "later_words", ["request_id", "written_at"])


def downgrade() -> None:
    """What was added later is forgotten, and nobody waits for anything: the old code knows of neither."""
    op.drop_table("later_words")
    op.drop_index("requests_ready", "requests")
    op.execute(LET_GO)
    with op.batch_alter_table("requests") as requests:
        requests.drop_constraint("requests_reopened", type_="check")
        requests.drop_constraint("requests_ready_in_nobodys_hands", type_="check")
        for name in WHEN:
            requests.drop_column(name)

"""What a journey is decided by again once its crisis is cleared; silences become news of a request.

A journey that waited before this revision kept no codes: cleared, it waits for a coordinator.
"""

import sqlalchemy as sa
from alembic import op

from shared.database import Json, UtcInstant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("journeys") as journeys:
        journeys.add_column(sa.Column("version", sa.Integer, nullable=False, server_default="1"))
        journeys.add_column(sa.Column("decided_again_at", UtcInstant))
        journeys.add_column(sa.Column("asked", Json))
        journeys.create_check_constraint(
            "codes_are_kept_while_a_crisis_waits",
            "asked IS NULL OR (state = 'waiting' AND why = 'crisis')",
        )
    op.create_table(
        "request_news",
        sa.Column("request_id", sa.String(64), primary_key=True),
        sa.Column("silenced", sa.Boolean, nullable=False),
        sa.Column("cleared_to", sa.String(20)),
        sa.Column("heard_at", UtcInstant, nullable=False),
    )
    op.execute(
        "INSERT INTO request_news (request_id, silenced, heard_at)"
        " SELECT request_id, TRUE, since FROM silences"
    )
    op.drop_table("silences")


def downgrade() -> None:
    """A list that was prepared stays; that a crisis was cleared before its request came is forgotten."""
    with op.batch_alter_table("journeys") as journeys:
        journeys.drop_constraint("codes_are_kept_while_a_crisis_waits", type_="check")
        journeys.drop_column("asked")
        journeys.drop_column("decided_again_at")
        journeys.drop_column("version")
    op.create_table(
        "silences",
        sa.Column("request_id", sa.String(64), primary_key=True),
        sa.Column("since", UtcInstant, nullable=False),
    )
    op.execute(
        "INSERT INTO silences (request_id, since)"
        " SELECT request_id, heard_at FROM request_news WHERE silenced"
    )
    op.drop_table("request_news")

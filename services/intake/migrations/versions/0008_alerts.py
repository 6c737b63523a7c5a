"""How far an alert has gone, and who said that they have it.

A crisis that nobody has cleared by now has been told to the first person on call: the next ones are told
unless somebody says that they have it, counted from when this runs, so that nobody is woken by old matters
all at once without a quarter of an hour to say so.
"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

from shared.clock import utc_now
from shared.database import UtcInstant

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

NOBODY_HAS_IT = sa.text("status = 'flagged' AND acknowledged_at IS NULL")
UNCONFIRMED = sa.text("confirmed_at IS NULL")
GRACE = timedelta(minutes=15)


def upgrade() -> None:
    with op.batch_alter_table("safety_cases") as cases:
        cases.add_column(sa.Column("rung", sa.Integer, nullable=False, server_default="0"))
        cases.add_column(sa.Column("escalates_at", UtcInstant))
        cases.add_column(sa.Column("acknowledged_at", UtcInstant))
        cases.add_column(sa.Column("acknowledged_by", sa.String(120)))
        cases.create_check_constraint(
            "safety_cases_acknowledged", "(acknowledged_at IS NULL) = (acknowledged_by IS NULL)"
        )
    cases_now = sa.table("safety_cases", sa.column("escalates_at", UtcInstant), sa.column("status"))
    real = sa.text("request_id IN (SELECT id FROM requests WHERE NOT test)")
    op.execute(
        sa.update(cases_now)
        .where(cases_now.c.status == "flagged", real)
        .values(escalates_at=sa.bindparam("soon", utc_now() + GRACE, type_=UtcInstant))
    )
    op.create_index(
        "safety_cases_climbing",
        "safety_cases",
        ["escalates_at"],
        sqlite_where=NOBODY_HAS_IT,
        postgresql_where=NOBODY_HAS_IT,
    )
    op.create_table(
        "alerts",
        sa.Column(
            "request_id", sa.String(36), sa.ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True
        ),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("recipient", sa.String(120), primary_key=True),
        sa.Column("rung", sa.Integer, nullable=False),
        sa.Column("due_at", UtcInstant, nullable=False),
        sa.Column("try_at", UtcInstant, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("confirmed_at", UtcInstant),
        sa.Column("confirmed_by", sa.String(120)),
        sa.CheckConstraint("(confirmed_at IS NULL) = (confirmed_by IS NULL)", name="alerts_confirmed"),
    )
    op.create_index(
        "alerts_unconfirmed",
        "alerts",
        ["try_at"],
        sqlite_where=UNCONFIRMED,
        postgresql_where=UNCONFIRMED,
    )


def downgrade() -> None:
    """Who had a crisis is forgotten; every crisis still waits to be cleared."""
    op.drop_table("alerts")
    op.drop_index("safety_cases_climbing", "safety_cases")
    with op.batch_alter_table("safety_cases") as cases:
        cases.drop_constraint("safety_cases_acknowledged", type_="check")
        for column in ("acknowledged_by", "acknowledged_at", "escalates_at", "rung"):
            cases.drop_column(column)

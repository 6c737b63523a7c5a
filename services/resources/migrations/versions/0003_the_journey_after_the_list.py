"""A journey goes on after its list: mail after mail, over pauses, to an end.

A list that was prepared before this revision was all that its reader was told of, and nothing was kept by
which more could be chosen: such a journey has ended. One that waits for a crisis to be cleared goes on once
it is, by the practice's zone.
"""

import sqlalchemy as sa
from alembic import op

from shared.database import Json, UtcInstant

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

GOES_ON = "state IN ('running', 'paused')"
CHECKS = {
    "journey_state_is_known": ("state IN ('running', 'paused', 'waiting', 'reached', 'stopped', 'prepared')"),
    "a_no_has_a_reason": "state IN ('running', 'reached', 'prepared') OR (why IS NOT NULL AND why <> '')",
    "running_journey_has_a_next_time": "state <> 'running' OR next_at IS NOT NULL",
    "paused_journey_has_an_end_or_is_held": (
        "state <> 'paused' OR (paused_at IS NOT NULL AND ("
        "(held IS NULL AND paused_until IS NOT NULL AND next_at IS NOT NULL)"
        " OR (held IS NOT NULL AND next_at IS NULL)))"
    ),
    "nothing_comes_after_the_end": f"{GOES_ON} OR next_at IS NULL",
    "an_end_has_its_time": (
        "(state <> 'stopped' OR stopped_at IS NOT NULL) AND (state <> 'reached' OR reached_at IS NOT NULL)"
    ),
    "pace_is_known": "pace IN ('as_planned', 'slower')",
    "codes_are_kept_while_they_choose": (
        f"asked IS NULL OR {GOES_ON} OR (state = 'waiting' AND why = 'crisis')"
    ),
    "what_goes_on_is_chosen_by_codes": f"NOT ({GOES_ON}) OR asked IS NOT NULL",
}
FORMER_CHECKS = {
    "journey_state_is_known": "state IN ('prepared', 'waiting', 'stopped')",
    "a_no_has_a_reason": "state = 'prepared' OR (why IS NOT NULL AND why <> '')",
    "codes_are_kept_while_a_crisis_waits": "asked IS NULL OR (state = 'waiting' AND why = 'crisis')",
}
JOURNEY_COLUMNS = (
    *("time_zone", "series", "pace", "kept", "counted_from"),
    *("next_at", "paused_at", "paused_until", "held", "reached_at"),
)
NEWS_COLUMNS = (
    *("contact_version", "flagged", "safety_version", "call", "call_at", "call_version"),
    *("care", "care_at", "care_version", "erased"),
)


def upgrade() -> None:
    _journeys_go_on()
    _steps_and_turns()
    _more_is_heard()
    op.create_table(
        "kin",
        sa.Column("request_id", sa.String(64), primary_key=True),
        sa.Column("kin_id", sa.String(64), primary_key=True),
        sa.Column("heard_at", UtcInstant, nullable=False),
    )
    op.create_index("kin_heard", "kin", ["heard_at"])
    op.execute(
        "INSERT INTO journey_turns (journey_id, at, name, detail)"
        " SELECT journey_id, stopped_at, 'stopped', '{\"why\": \"silenced\"}'"
        " FROM journeys WHERE state = 'stopped' AND stopped_at <> begun_at"
    )
    op.execute(
        "UPDATE journeys SET state = 'stopped', why = 'ended',"
        " stopped_at = COALESCE(decided_again_at, begun_at) WHERE state = 'prepared'"
    )


def downgrade() -> None:
    """A list stays a list; what came after it, and what was heard of calls and referrals, is forgotten."""
    op.drop_table("kin")
    op.drop_table("journey_turns")
    op.drop_table("readiness_steps")
    op.execute("DELETE FROM request_news WHERE erased")
    op.drop_index("news_heard", "request_news")
    with op.batch_alter_table("request_news") as news:
        for name in NEWS_COLUMNS:
            news.drop_column(name)
    op.execute(
        "UPDATE journeys SET state = 'prepared', why = NULL, asked = NULL, next_at = NULL, stopped_at = NULL"
        " WHERE state IN ('running', 'paused', 'reached') OR (state = 'stopped' AND why <> 'silenced')"
    )
    op.drop_index("journeys_due", "journeys")
    with op.batch_alter_table("journeys") as journeys:
        for name in CHECKS:
            journeys.drop_constraint(name, type_="check")
        for name in JOURNEY_COLUMNS:
            journeys.drop_column(name)
        for name, text in FORMER_CHECKS.items():
            journeys.create_check_constraint(name, text)


def _journeys_go_on() -> None:
    with op.batch_alter_table("journeys") as journeys:
        for name in FORMER_CHECKS:
            journeys.drop_constraint(name, type_="check")
        journeys.add_column(sa.Column("time_zone", sa.String(64)))
        journeys.add_column(sa.Column("series", Json))
        journeys.add_column(sa.Column("pace", sa.String(20), nullable=False, server_default="as_planned"))
        journeys.add_column(sa.Column("kept", sa.Boolean, nullable=False, server_default=sa.false()))
        journeys.add_column(sa.Column("counted_from", UtcInstant))
        journeys.add_column(sa.Column("next_at", UtcInstant))
        journeys.add_column(sa.Column("paused_at", UtcInstant))
        journeys.add_column(sa.Column("paused_until", UtcInstant))
        journeys.add_column(sa.Column("held", sa.String(20)))
        journeys.add_column(sa.Column("reached_at", UtcInstant))
        for name, text in CHECKS.items():
            journeys.create_check_constraint(name, text)
    op.create_index("journeys_due", "journeys", ["next_at", "journey_id"])


def _steps_and_turns() -> None:
    op.create_table(
        "readiness_steps",
        sa.Column("journey_id", sa.String(64), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("item", sa.String(120)),
        sa.Column("due_at", UtcInstant, nullable=False),
        sa.Column("announced_at", UtcInstant, nullable=False),
        sa.UniqueConstraint("journey_id", "item", name="no_item_comes_twice"),
        sa.CheckConstraint("kind IN ('practice', 'reading', 'check_in')", name="step_is_known"),
        sa.CheckConstraint(
            "(kind = 'check_in' AND item IS NULL) OR (kind <> 'check_in' AND item IS NOT NULL)",
            name="a_step_has_its_item",
        ),
    )
    none = sa.text("item IS NULL")
    op.create_index(
        "one_check_in",
        "readiness_steps",
        ["journey_id"],
        unique=True,
        sqlite_where=none,
        postgresql_where=none,
    )
    op.create_table(
        "journey_turns",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("journey_id", sa.String(64), nullable=False),
        sa.Column("at", UtcInstant, nullable=False),
        sa.Column("name", sa.String(20), nullable=False),
        sa.Column("detail", Json, nullable=False),
    )
    op.create_index("turns_of_journey", "journey_turns", ["journey_id", "seq"])


def _more_is_heard() -> None:
    with op.batch_alter_table("request_news") as news:
        news.add_column(sa.Column("contact_version", sa.Integer, nullable=False, server_default="0"))
        news.add_column(sa.Column("flagged", sa.Boolean, nullable=False, server_default=sa.false()))
        news.add_column(sa.Column("safety_version", sa.Integer, nullable=False, server_default="0"))
        news.add_column(sa.Column("call", sa.String(20)))
        news.add_column(sa.Column("call_at", UtcInstant))
        news.add_column(sa.Column("call_version", sa.Integer, nullable=False, server_default="0"))
        news.add_column(sa.Column("care", sa.String(20)))
        news.add_column(sa.Column("care_at", UtcInstant))
        news.add_column(sa.Column("care_version", sa.Integer, nullable=False, server_default="0"))
        news.add_column(sa.Column("erased", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_index("news_heard", "request_news", ["heard_at"])

"""The roster, referrals with their candidates, and the tables of messaging."""

import sqlalchemy as sa
from alembic import op

from shared.database import Json, UtcInstant
from shared.messaging import tables as messaging

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    messaging.create(op.get_bind())
    _create_roster()
    _create_referrals()
    _create_decisions()


def downgrade() -> None:
    for name in (
        "referral_steps",
        "not_proposed",
        "candidates",
        "referrals",
        "known_requests",
        "clinicians",
        "roster",
    ):
        op.drop_table(name)
    messaging.drop(op.get_bind())


def _create_roster() -> None:
    roster = op.create_table(
        "roster",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("changed_at", UtcInstant),
        sa.CheckConstraint("id = 1", name="roster_is_one"),
    )
    op.bulk_insert(roster, [{"id": 1, "version": 0, "changed_at": None}])
    op.create_table(
        "clinicians",
        sa.Column("clinician_id", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("associate", sa.Boolean, nullable=False),
        sa.Column("record", Json, nullable=False),
        sa.Column("changed_at", UtcInstant, nullable=False),
        sa.Column("left_at", UtcInstant),
    )


def _create_referrals() -> None:
    op.create_table(
        "known_requests",
        sa.Column("request_id", sa.String(64), primary_key=True),
        sa.Column("known_at", UtcInstant, nullable=False),
        sa.Column("withdrawn_at", UtcInstant),
    )
    op.create_table(
        "referrals",
        sa.Column("referral_id", sa.String(64), primary_key=True),
        sa.Column(
            "request_id",
            sa.String(64),
            sa.ForeignKey("known_requests.request_id"),
            nullable=False,
            unique=True,
        ),
        sa.Column("reference", sa.String(16), nullable=False, unique=True),
        sa.Column("person_id", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("stage", sa.String(20), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("why", sa.String(40)),
        sa.Column("test", sa.Boolean, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("owner", sa.String(64)),
        sa.Column("next_action", sa.String(40)),
        sa.Column("due_at", UtcInstant),
        sa.Column("policy_version", sa.String(200), nullable=False),
        sa.Column("roster_version", sa.Integer, nullable=False),
        sa.Column("received_at", UtcInstant, nullable=False),
        sa.Column("created_at", UtcInstant, nullable=False),
        sa.Column("closed_at", UtcInstant),
        sa.CheckConstraint(
            "state IN ('draft', 'requested', 'received', 'accepted', 'rejected', 'on-hold', 'in-progress',"
            " 'completed', 'cancelled', 'failed')",
            name="referral_state_is_known",
        ),
        sa.CheckConstraint(
            "state IN ('completed', 'cancelled', 'failed')"
            " OR (owner IS NOT NULL AND owner <> '' AND next_action IS NOT NULL AND next_action <> ''"
            " AND due_at IS NOT NULL AND closed_at IS NULL)",
            name="open_referral_is_in_somebodys_hands",
        ),
    )
    still_open = sa.text("closed_at IS NULL")
    op.create_index(
        "referrals_open_by_owner",
        "referrals",
        ["owner", "test"],
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def _create_decisions() -> None:
    op.create_table(
        "candidates",
        sa.Column("referral_id", sa.String(64), sa.ForeignKey("referrals.referral_id"), primary_key=True),
        sa.Column("clinician_id", sa.String(64), primary_key=True),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("reasons", Json, nullable=False),
        sa.Column("proposed_at", UtcInstant, nullable=False),
        sa.Column("loads", sa.Boolean, nullable=False),
    )
    op.create_index(
        "candidates_that_load",
        "candidates",
        ["clinician_id", "proposed_at"],
        sqlite_where=sa.text("loads IS 1"),
        postgresql_where=sa.text("loads IS true"),
    )
    op.create_table(
        "not_proposed",
        sa.Column("referral_id", sa.String(64), sa.ForeignKey("referrals.referral_id"), primary_key=True),
        sa.Column("excluded", Json, nullable=False),
        sa.Column("also_fit", Json, nullable=False),
        sa.Column("nearest", Json, nullable=False),
    )
    op.create_table(
        "referral_steps",
        sa.Column("referral_id", sa.String(64), sa.ForeignKey("referrals.referral_id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("at", UtcInstant, nullable=False),
        sa.Column("name", sa.String(60), nullable=False),
        sa.Column("detail", Json, nullable=False),
    )

"""A referral's whole life: whom it is offered to, what can be undone, who was reminded; places; proofs.

A referral made before this revision kept no codes of its request: decided again, it waits for a person.
"""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

from shared.database import Json, UtcInstant

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

STATES = (
    "state IN ('draft', 'requested', 'received', 'accepted', 'rejected', 'on-hold', 'in-progress',"
    " 'completed', 'cancelled', 'failed', 'entered-in-error')"
)
IN_HANDS = (
    "(closed_at IS NOT NULL AND state IN ('completed', 'cancelled', 'failed', 'entered-in-error'))"
    " OR (closed_at IS NULL AND owner IS NOT NULL AND owner <> ''"
    " AND next_action IS NOT NULL AND next_action <> '' AND due_at IS NOT NULL)"
)
PLACED = (
    "(place IS NULL AND clinician_id IS NULL AND offer_id IS NULL AND answer_by IS NULL)"
    " OR (place IN ('held', 'taken') AND clinician_id IS NOT NULL AND offer_id IS NOT NULL"
    " AND answer_by IS NOT NULL)"
)
SETTLES = "(pending IS NULL) = (settles_at IS NULL)"
CHECKS = {
    "referral_state_is_known": STATES,
    "open_referral_is_in_somebodys_hands": IN_HANDS,
    "who_is_chosen_has_a_place": PLACED,
    "what_is_pending_settles": SETTLES,
}
FORMER_CHECKS = {
    "referral_state_is_known": STATES.replace(", 'entered-in-error'", ""),
    "open_referral_is_in_somebodys_hands": (
        "state IN ('completed', 'cancelled', 'failed')"
        " OR (owner IS NOT NULL AND owner <> '' AND next_action IS NOT NULL AND next_action <> ''"
        " AND due_at IS NOT NULL AND closed_at IS NULL)"
    ),
}
COUNTED = {"places_are_counted": "held >= 0 AND taken >= 0"}


def upgrade() -> None:
    _widen_clinicians()
    _widen_referrals()
    op.add_column("candidates", sa.Column("points", Json, nullable=False, server_default="{}"))
    _create_indexes()
    _create_tables()


def downgrade() -> None:
    """Back to referrals that end with their proposal. A closing that could be undone stands.

    Whom a referral was offered or given to is gone, with the places held and taken and the codes of its
    request: one that was further than a proposal is held for its owner, who goes on from the trail.
    """
    for name in ("digests", "proofs", "request_news"):
        op.drop_table(name)
    for name in (
        "referrals_waiting",
        "referrals_by_answer_by",
        "referrals_by_nudge_at",
        "referrals_by_settles_at",
    ):
        op.drop_index(name, "referrals")
    op.drop_column("candidates", "points")
    _narrow_referrals()
    with op.batch_alter_table("clinicians") as batch:
        batch.drop_constraint("places_are_counted", type_="check")
        for name in ("filled_at", "taken", "held", "caseload", "capacity"):
            batch.drop_column(name)


def _narrow_referrals() -> None:
    op.execute("UPDATE referrals SET state = 'cancelled' WHERE state = 'entered-in-error'")
    op.execute(
        "UPDATE referrals SET closed_at = settles_at, next_action = NULL, due_at = NULL"
        " WHERE closed_at IS NULL AND state IN ('completed', 'cancelled', 'failed')"
    )
    op.execute(
        "UPDATE referrals"
        " SET state = 'on-hold', stage = 'held', why = 'incomplete', next_action = 'review_hold'"
        " WHERE closed_at IS NULL AND stage NOT IN ('proposed', 'waitlisted', 'referred_out', 'held')"
    )
    op.drop_index("referrals_open_by_owner", "referrals")
    with op.batch_alter_table("referrals") as batch:
        batch.drop_constraint("referrals_clinician_id_fkey", type_="foreignkey")
        batch.drop_constraint("referrals_offer_id_key", type_="unique")
        for name in CHECKS:
            batch.drop_constraint(name, type_="check")
        for name, text in FORMER_CHECKS.items():
            batch.create_check_constraint(name, text)
        for column in reversed(_further_columns()):
            batch.drop_column(column.name)
    _partial("referrals_open_by_owner", ["owner", "test"], "closed_at IS NULL")


def _widen_clinicians() -> None:
    for name in ("capacity", "caseload", "held", "taken"):
        op.add_column("clinicians", sa.Column(name, sa.Integer))
    op.add_column("clinicians", sa.Column("filled_at", UtcInstant))
    clinicians = sa.table(
        "clinicians",
        sa.column("clinician_id"),
        sa.column("record", Json),
        *(sa.column(name) for name in ("capacity", "caseload", "held", "taken")),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(clinicians.c.clinician_id, clinicians.c.record)).all():
        connection.execute(
            sa.update(clinicians)
            .where(clinicians.c.clinician_id == row.clinician_id)
            .values(capacity=row.record["capacity"], caseload=row.record["caseload"], held=0, taken=0)
        )
    with op.batch_alter_table("clinicians") as batch:
        for name in ("capacity", "caseload", "held", "taken"):
            batch.alter_column(name, existing_type=sa.Integer, nullable=False)
        _check(batch, COUNTED, ())


def _widen_referrals() -> None:
    for column in _further_columns():
        op.add_column("referrals", column)
    _fill_referrals()
    op.drop_index("referrals_open_by_owner", "referrals")
    with op.batch_alter_table("referrals") as batch:
        for name, kind in (
            ("request", Json),
            ("contacted", sa.Boolean()),
            ("checked_in", sa.Boolean()),
            ("heard_at", UtcInstant()),
            ("nudged", sa.Integer()),
        ):
            batch.alter_column(name, existing_type=kind, nullable=False)
        batch.create_unique_constraint("referrals_offer_id_key", ["offer_id"])
        batch.create_foreign_key(
            "referrals_clinician_id_fkey", "clinicians", ["clinician_id"], ["clinician_id"]
        )
        _check(batch, CHECKS, ("referral_state_is_known", "open_referral_is_in_somebodys_hands"))


def _further_columns() -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("request", Json),
        sa.Column("clinician_id", sa.String(64)),
        sa.Column("offer_id", sa.String(64)),
        sa.Column("place", sa.String(8)),
        sa.Column("answer_by", UtcInstant),
        sa.Column("pending", Json),
        sa.Column("settles_at", UtcInstant),
        sa.Column("latest", Json),
        sa.Column("contacted", sa.Boolean),
        sa.Column("checked_in", sa.Boolean),
        sa.Column("heard_at", UtcInstant),
        sa.Column("nudged", sa.Integer),
        sa.Column("nudge_at", UtcInstant),
    )


def _fill_referrals() -> None:
    kept = ("referral_id", "request_id", "reference", "person_id", "language", "received_at", "test")
    referrals = sa.table(
        "referrals",
        *(sa.column(name) for name in kept if name != "received_at"),
        sa.column("received_at", UtcInstant),
        sa.column("heard_at", UtcInstant),
        sa.column("nudge_at", UtcInstant),
        sa.column("due_at", UtcInstant),
        sa.column("request", Json),
        *(sa.column(name) for name in ("contacted", "checked_in", "nudged")),
    )
    connection = op.get_bind()
    for row in connection.execute(sa.select(*(referrals.c[name] for name in (*kept, "due_at")))).all():
        connection.execute(
            sa.update(referrals)
            .where(referrals.c.referral_id == row.referral_id)
            .values(request=_codes(row), contacted=False, checked_in=False, nudged=0, nudge_at=row.due_at)
            .values(heard_at=row.received_at)
        )


def _codes(row: sa.Row[tuple[object, ...]]) -> dict[str, object]:
    """What is left of the request: enough to hold it for a person."""
    known = {name: getattr(row, name) for name in ("request_id", "reference", "person_id", "language")}
    said = known | {"received_at": row.received_at.isoformat(), "test": bool(row.test)}
    return dict(json.loads(json.dumps(said | {"state": "unknown", "age": 18, "unit": "individual"})))


def _create_indexes() -> None:
    _partial("referrals_open_by_owner", ["owner", "test"], "closed_at IS NULL")
    for name in ("settles_at", "nudge_at", "answer_by"):
        _partial(f"referrals_by_{name}", [name], f"{name} IS NOT NULL")
    _partial("referrals_waiting", ["heard_at"], "stage = 'waitlisted' AND closed_at IS NULL")


def _partial(name: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, "referrals", columns, sqlite_where=condition, postgresql_where=condition)


def _create_tables() -> None:
    op.create_table(
        "request_news",
        sa.Column("request_id", sa.String(64), primary_key=True),
        sa.Column("silenced", sa.Boolean),
        sa.Column("cleared_to", sa.String(20)),
    )
    op.create_table(
        "proofs",
        sa.Column("proof_id", sa.String(64), primary_key=True),
        sa.Column("recipient", sa.String(80), nullable=False),
        sa.Column("asked_at", UtcInstant, nullable=False),
        sa.Column("expires_at", UtcInstant, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("proven_at", UtcInstant),
    )
    op.create_index("proofs_by_recipient", "proofs", ["recipient", "asked_at"])
    op.create_table(
        "digests",
        sa.Column("coordinator_id", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("digest_id", sa.String(64), nullable=False, unique=True),
        sa.Column("made_at", UtcInstant, nullable=False),
    )


def _check(batch: BatchOperations, checks: dict[str, str], dropped: tuple[str, ...]) -> None:
    """SQLite makes the table anew with the checks that it had; those that change are named, as elsewhere."""
    for name in dropped:
        batch.drop_constraint(name, type_="check")
    for name, text in checks.items():
        batch.create_check_constraint(name, text)

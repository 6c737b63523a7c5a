"""People, requests and words sealed beside them; safety cases, records and keys; the tables of messaging."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from alembic import op

from shared.database import Json, UtcInstant
from shared.messaging import tables as messaging

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

ID = sa.String(36)
CODE = sa.String(120)
KEYED = sa.String(64)


def upgrade() -> None:
    messaging.create(op.get_bind())
    _create_people()
    _create_requests()
    _create_records()
    _create_keys()


def downgrade() -> None:
    for name in (
        "refusals",
        "silences",
        "idempotency",
        "access_subjects",
        "access_log",
        "steps",
        "safety_cases",
        "words",
        "requests",
        "people",
    ):
        op.drop_table(name)
    messaging.drop(op.get_bind())


def _create_people() -> None:
    op.create_table(
        "people",
        sa.Column("id", ID, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("email_key", KEYED),
        sa.Column("phone_key", KEYED),
        sa.Column("email_ok", sa.Boolean, nullable=False),
        sa.Column("text_ok", sa.Boolean, nullable=False),
        sa.Column("voicemail_ok", sa.Boolean, nullable=False),
        sa.Column("discreet", sa.Boolean, nullable=False),
        sa.Column("has_safe_hours", sa.Boolean, nullable=False),
        sa.Column("unsafe_at_home", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("created_at", UtcInstant, nullable=False),
        sa.CheckConstraint("email_key IS NOT NULL OR phone_key IS NOT NULL", name="people_reachable"),
        sa.CheckConstraint("version >= 1", name="people_version"),
    )
    op.create_index("people_email_key", "people", ["email_key"])
    op.create_index("people_phone_key", "people", ["phone_key"])


def _create_requests() -> None:
    op.create_table("requests", *_of_their_course(), *_of_their_content(), *_promises_of_requests())
    op.create_table(
        "words",
        sa.Column("request_id", ID, sa.ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("requests_person", "requests", ["person_id"])
    op.create_index("requests_status", "requests", ["status", "closed_at"])


def _of_their_course() -> Iterable[sa.Column[Any]]:
    return (
        sa.Column("id", ID, primary_key=True),
        sa.Column("person_id", ID, sa.ForeignKey("people.id"), nullable=False),
        sa.Column("reference", sa.String(7), nullable=False, unique=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("path", sa.String(20), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("received_at", UtcInstant, nullable=False),
        sa.Column("announced_at", UtcInstant),
        sa.Column("closed_at", UtcInstant),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("state", CODE),
        sa.Column("time_zone", CODE, nullable=False),
        sa.Column("owner", CODE),
        sa.Column("next_action", CODE),
        sa.Column("due_at", UtcInstant),
    )


def _of_their_content() -> Iterable[sa.Column[Any]]:
    return (
        sa.Column("for_", CODE, nullable=False),
        sa.Column("age", sa.Integer),
        sa.Column("age_band", sa.String(10)),
        sa.Column("unit", CODE, nullable=False),
        sa.Column("safety_level", sa.String(10), nullable=False),
        sa.Column("safety_rules", Json, nullable=False),
        sa.Column("rules_version", CODE, nullable=False),
        sa.Column("flags", Json, nullable=False),
        sa.Column("concerns", Json, nullable=False),
        sa.Column("suggested_concerns", Json, nullable=False),
        sa.Column("preferences", Json, nullable=False),
        sa.Column("context", Json, nullable=False),
        sa.Column("opted_in_at", UtcInstant),
        sa.Column("others", sa.LargeBinary),
        sa.Column("test", sa.Boolean, nullable=False),
        sa.Column("quarantine_why", Json, nullable=False),
    )


def _promises_of_requests() -> Iterable[sa.CheckConstraint]:
    return (
        sa.CheckConstraint("version >= 1", name="requests_version"),
        sa.CheckConstraint("path IN ('consultation', 'readiness')", name="requests_path"),
        sa.CheckConstraint("status IN ('announced', 'quarantined', 'discarded')", name="requests_status"),
        sa.CheckConstraint("safety_level IN ('none', 'elevated', 'crisis')", name="requests_safety_level"),
        sa.CheckConstraint("age_band IN ('child', 'teen', 'adult')", name="requests_age_band"),
        sa.CheckConstraint(
            "path <> 'consultation' OR (age IS NOT NULL AND age_band IS NOT NULL)", name="requests_age"
        ),
        sa.CheckConstraint("path <> 'readiness' OR opted_in_at IS NOT NULL", name="requests_opted_in"),
        sa.CheckConstraint(
            "status <> 'quarantined'"
            " OR (owner IS NOT NULL AND next_action IS NOT NULL AND due_at IS NOT NULL)",
            name="requests_in_nobodys_hands",
        ),
        sa.CheckConstraint("status <> 'announced' OR announced_at IS NOT NULL", name="requests_announced"),
        sa.CheckConstraint("(status = 'discarded') = (closed_at IS NOT NULL)", name="requests_closed"),
    )


def _create_records() -> None:
    op.create_table(
        "safety_cases",
        sa.Column("request_id", ID, sa.ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("flagged_at", UtcInstant, nullable=False),
        sa.Column("owner", CODE, nullable=False),
        sa.Column("next_action", CODE, nullable=False),
        sa.Column("due_at", UtcInstant, nullable=False),
        sa.CheckConstraint("version >= 1", name="safety_cases_version"),
        sa.CheckConstraint("status IN ('flagged')", name="safety_cases_status"),
    )
    op.create_table(
        "steps",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
        sa.Column("request_id", ID, sa.ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
        sa.Column("at", UtcInstant, nullable=False),
        sa.Column("kind", sa.String(10), nullable=False),
        sa.Column("name", CODE, nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.CheckConstraint("kind IN ('event', 'action')", name="steps_kind"),
    )
    op.create_table(
        "access_log",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", UtcInstant, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("purpose", CODE, nullable=False),
        sa.Column("asked_by", CODE, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
    )
    op.create_table(
        "access_subjects",
        sa.Column("access_id", ID, sa.ForeignKey("access_log.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("request_id", sa.String(64), primary_key=True),
    )
    op.create_index("steps_request", "steps", ["request_id", "seq"])
    op.create_index("access_log_at", "access_log", ["at"])
    op.create_index("access_subjects_request", "access_subjects", ["request_id"])


def _create_keys() -> None:
    op.create_table(
        "idempotency",
        sa.Column("key_print", KEYED, primary_key=True),
        sa.Column("body_print", KEYED, nullable=False),
        sa.Column(
            "request_id",
            ID,
            sa.ForeignKey("requests.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"),
            nullable=False,
        ),
        sa.Column("claimed_at", UtcInstant, nullable=False),
    )
    op.create_table(
        "silences",
        sa.Column("address_key", KEYED, primary_key=True),
        sa.Column("since", UtcInstant, nullable=False),
    )
    op.create_table(
        "refusals",
        sa.Column("id", ID, primary_key=True),
        sa.Column("at", UtcInstant, nullable=False),
        sa.Column("path", sa.String(20), nullable=False),
        sa.Column("reasons", Json, nullable=False),
    )
    op.create_index("idempotency_claimed", "idempotency", ["claimed_at"])
    op.create_index("idempotency_request", "idempotency", ["request_id"])
    op.create_index("refusals_at", "refusals", ["at"])

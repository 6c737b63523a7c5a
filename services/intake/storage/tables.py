"""Intake's tables. What a person wrote is in the binary columns alone, sealed; everything else is codes.

The database itself refuses a request that waits for somebody without saying for whom, for what and until
when, and a person who cannot be reached at all.
"""

import sqlalchemy as sa

from shared.audit import audit_table
from shared.database import Json, UtcInstant
from shared.messaging.retention import retention_table
from shared.messaging.tables import messaging_tables

metadata = sa.MetaData()
messaging_tables(metadata)
retention_table(metadata)
audit_table(metadata)

ID = sa.String(36)
CODE = sa.String(120)
KEYED = sa.String(64)  # HMAC-SHA256 in hex

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # name, pronouns, e-mail, phone, safe hours
    sa.Column("email_key", KEYED),
    sa.Column("phone_key", KEYED),
    sa.Column("email_ok", sa.Boolean, nullable=False),
    sa.Column("text_ok", sa.Boolean, nullable=False),
    sa.Column("voicemail_ok", sa.Boolean, nullable=False),
    sa.Column("discreet", sa.Boolean, nullable=False),
    sa.Column("has_safe_hours", sa.Boolean, nullable=False),
    sa.Column("unsafe_at_home", sa.Boolean, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),  # of how they may be reached
    sa.Column("created_at", UtcInstant, nullable=False),
    sa.Column("email_given_at", UtcInstant),  # by a link; an address that came with the request has none
    sa.CheckConstraint("email_key IS NOT NULL OR phone_key IS NOT NULL", name="people_reachable"),
    sa.CheckConstraint("version >= 1", name="people_version"),
    sa.Index("people_email_key", "email_key"),
    sa.Index("people_phone_key", "phone_key"),
)

IS_READY = sa.text("ready_since IS NOT NULL")

requests = sa.Table(
    "requests",
    metadata,
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
    sa.Column("others", sa.LargeBinary),  # sealed: client and partners, when there are any
    sa.Column("test", sa.Boolean, nullable=False),
    sa.Column("quarantine_why", Json, nullable=False),
    sa.Column("owner", CODE),
    sa.Column("next_action", CODE),
    sa.Column("due_at", UtcInstant),
    sa.Column("topic", CODE),
    sa.Column("role", CODE),
    sa.Column("referral_ended", sa.Boolean, nullable=False, server_default=sa.false()),  # as matching says
    sa.Column("ready_since", UtcInstant),  # until it is told what is still true
    sa.Column("not_now_at", UtcInstant),
    sa.Column("reopened_at", UtcInstant),
    sa.Column("withdrawn_at", UtcInstant),
    sa.CheckConstraint("version >= 1", name="requests_version"),
    sa.CheckConstraint("path IN ('consultation', 'readiness', 'professional')", name="requests_path"),
    sa.CheckConstraint("path <> 'professional' OR topic IS NOT NULL", name="requests_topic"),
    sa.CheckConstraint("status IN ('announced', 'quarantined', 'discarded')", name="requests_status"),
    sa.CheckConstraint("safety_level IN ('none', 'elevated', 'crisis')", name="requests_safety_level"),
    sa.CheckConstraint("age_band IN ('child', 'teen', 'adult')", name="requests_age_band"),
    sa.CheckConstraint(
        "path <> 'consultation' OR (age IS NOT NULL AND age_band IS NOT NULL)", name="requests_age"
    ),
    sa.CheckConstraint("path <> 'readiness' OR opted_in_at IS NOT NULL", name="requests_opted_in"),
    sa.CheckConstraint(
        "status <> 'quarantined' OR (owner IS NOT NULL AND next_action IS NOT NULL AND due_at IS NOT NULL)",
        name="requests_in_nobodys_hands",
    ),
    sa.CheckConstraint(
        "ready_since IS NULL OR (owner IS NOT NULL AND next_action IS NOT NULL AND due_at IS NOT NULL)",
        name="requests_ready_in_nobodys_hands",
    ),
    sa.CheckConstraint(
        "reopened_at IS NULL OR (path = 'consultation' AND ready_since IS NULL)", name="requests_reopened"
    ),
    sa.CheckConstraint("status <> 'announced' OR announced_at IS NOT NULL", name="requests_announced"),
    sa.CheckConstraint("(status = 'discarded') = (closed_at IS NOT NULL)", name="requests_closed"),
    sa.Index("requests_person", "person_id"),
    sa.Index("requests_status", "status", "closed_at"),
    sa.Index("requests_ready", "due_at", sqlite_where=IS_READY, postgresql_where=IS_READY),
)

words = sa.Table(
    "words",
    metadata,
    sa.Column("request_id", ID, sa.ForeignKey("requests.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # message, privacy notice
)

later_words = sa.Table(  # added to a request when its person was ready
    "later_words",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("request_id", ID, sa.ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
    sa.Column("written_at", UtcInstant, nullable=False),
    sa.Column("written_by", CODE, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # message
    sa.Index("later_words_request", "request_id", "written_at"),
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("request_id", ID, sa.ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
    sa.Column("written_at", UtcInstant, nullable=False),
    sa.Column("written_by", CODE, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # what was noted
    sa.Index("notes_request", "request_id", "written_at"),
)

BOOKED = sa.text("status = 'booked'")

calls = sa.Table(
    "calls",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("request_id", ID, sa.ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),  # over all calls of the request
    sa.Column("sequence", sa.Integer, nullable=False),
    sa.Column("status", sa.String(20), nullable=False),
    sa.Column("coordinator_id", CODE, nullable=False),
    sa.Column("starts_at", UtcInstant, nullable=False),
    sa.Column("ends_at", UtcInstant, nullable=False),
    sa.Column("kept_until", UtcInstant, nullable=False),  # the time after it that stays free included
    sa.Column("time_zone", CODE, nullable=False),  # the person's
    sa.Column("booked_at", UtcInstant, nullable=False),
    sa.Column("changed_at", UtcInstant, nullable=False),
    sa.Column("by", CODE, nullable=False),
    sa.Column("interpreter", Json, nullable=False),
    sa.Column("remind_shortly", sa.Boolean, nullable=False),
    sa.Column("state", CODE),  # where they said that they will be
    sa.Column("located_version", sa.Integer, nullable=False),
    sa.CheckConstraint("version >= 1 AND sequence >= 0 AND located_version >= 0", name="calls_versions"),
    sa.CheckConstraint("status IN ('booked', 'attended', 'missed', 'cancelled')", name="calls_status"),
    sa.CheckConstraint("starts_at < ends_at AND ends_at <= kept_until", name="calls_times"),
    sa.UniqueConstraint("request_id", "version", name="calls_request_version"),
    sa.Index("calls_one_booked", "request_id", unique=True, sqlite_where=BOOKED, postgresql_where=BOOKED),
    sa.Index("calls_booked", "id", "ends_at", sqlite_where=BOOKED, postgresql_where=BOOKED),
    sa.Index("calls_ahead", "coordinator_id", "kept_until", sqlite_where=BOOKED, postgresql_where=BOOKED),
    sa.Index("calls_coordinator", "coordinator_id", "ends_at"),
    sa.Index("calls_lately", "booked_at", "coordinator_id"),
)

call_minutes = sa.Table(  # every five minutes that a booked call keeps: nobody else can have them
    "call_minutes",
    metadata,
    sa.Column("coordinator_id", CODE, primary_key=True),
    sa.Column("at", UtcInstant, primary_key=True),
    sa.Column("call_id", ID, sa.ForeignKey("calls.id", ondelete="CASCADE"), nullable=False),
    sa.Index("call_minutes_call", "call_id"),
)

absences = sa.Table(
    "absences",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("coordinator_id", CODE, nullable=False),
    sa.Column("begins_at", UtcInstant, nullable=False),
    sa.Column("ends_at", UtcInstant, nullable=False),
    sa.Column("created_at", UtcInstant, nullable=False),
    sa.Column("by", CODE, nullable=False),
    sa.CheckConstraint("begins_at < ends_at", name="absences_times"),
    sa.Index("absences_coordinator", "coordinator_id", "ends_at"),
)

steps = sa.Table(
    "steps",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("request_id", ID, sa.ForeignKey("requests.id", ondelete="CASCADE"), nullable=False),
    sa.Column("at", UtcInstant, nullable=False),
    sa.Column("kind", sa.String(10), nullable=False),
    sa.Column("name", CODE, nullable=False),
    sa.Column("detail", Json, nullable=False),  # codes
    sa.CheckConstraint("kind IN ('event', 'action')", name="steps_kind"),
    sa.Index("steps_request", "request_id", "seq"),
)

access_log = sa.Table(  # the reasons that operators gave; who read what stands in the audit
    "access_log",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("at", UtcInstant, nullable=False),
    sa.Column("kind", CODE, nullable=False),  # contacts, requests, words
    sa.Column("purpose", CODE, nullable=False),
    sa.Column("asked_by", CODE, nullable=False),
    sa.Column("sealed", sa.LargeBinary),  # why, in an operator's own words
    # A version before the audit wrote what is not; it is put there as soon as this one runs.
    sa.Column("in_chain", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("access_log_at", "at"),
)

access_subjects = sa.Table(
    "access_subjects",
    metadata,
    sa.Column("access_id", ID, sa.ForeignKey("access_log.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("request_id", sa.String(64), primary_key=True),  # as asked; outlives what was read
    sa.Index("access_subjects_request", "request_id"),
)

idempotency = sa.Table(
    "idempotency",
    metadata,
    sa.Column("key_print", KEYED, primary_key=True),
    sa.Column("body_print", KEYED, nullable=False),
    sa.Column(
        "request_id",
        ID,
        sa.ForeignKey("requests.id", ondelete="CASCADE", deferrable=True, initially="DEFERRED"),
        nullable=False,
    ),
    sa.Column("claimed_at", UtcInstant, nullable=False),
    sa.Index("idempotency_claimed", "claimed_at"),
    sa.Index("idempotency_request", "request_id"),
)

silences = sa.Table(
    "silences",
    metadata,
    sa.Column("address_key", KEYED, primary_key=True),
    sa.Column("since", UtcInstant, nullable=False),
)

silent_people = sa.Table(  # wherever they are reached from now on
    "silent_people",
    metadata,
    sa.Column("person_id", ID, sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("since", UtcInstant, nullable=False),
)

refusals = sa.Table(
    "refusals",
    metadata,
    sa.Column("id", ID, primary_key=True),
    sa.Column("at", UtcInstant, nullable=False),
    sa.Column("path", sa.String(20), nullable=False),
    sa.Column("reasons", Json, nullable=False),  # [[pointer, code], …], never a value
    sa.Index("refusals_at", "at"),
)

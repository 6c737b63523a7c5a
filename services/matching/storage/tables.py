"""The tables of matching. No name, address or word of a client is in any of them; clinicians are staff."""

import sqlalchemy as sa

from shared.audit import audit_table
from shared.database import Json, UtcInstant
from shared.messaging.retention import retention_table
from shared.messaging.tables import messaging_tables

metadata = sa.MetaData()

# One row, id 1, made by the first migration: every change of the roster raises its version.
roster = sa.Table(
    "roster",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("changed_at", UtcInstant),
    sa.CheckConstraint("id = 1", name="roster_is_one"),
)

clinicians = sa.Table(
    "clinicians",
    metadata,
    sa.Column("clinician_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("associate", sa.Boolean, nullable=False),
    sa.Column("record", Json, nullable=False),  # as in clinicians.yaml
    sa.Column("changed_at", UtcInstant, nullable=False),
    sa.Column("left_at", UtcInstant),  # not on the roster any more; kept for what refers to them
    sa.Column("capacity", sa.Integer, nullable=False),  # as in the record
    sa.Column("caseload", sa.Integer, nullable=False),  # as in the record
    sa.Column("held", sa.Integer, nullable=False),  # places kept for offers; moved with the referrals
    sa.Column("taken", sa.Integer, nullable=False),  # places given here; moved with the referrals
    sa.Column("filled_at", UtcInstant),  # when the last free place went
    sa.CheckConstraint("held >= 0 AND taken >= 0", name="places_are_counted"),
)

# What happened to a clinician on the roster, a row a version, and whose doing it was.
roster_steps = sa.Table(
    "roster_steps",
    metadata,
    sa.Column("clinician_id", sa.String(64), sa.ForeignKey("clinicians.clinician_id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("at", UtcInstant, nullable=False),
    sa.Column("by", sa.String(80), nullable=False),
    sa.Column("fields", Json, nullable=False),  # which fields changed; `joined` or `left` alone
)

# A request id is taken once: by its referral, or by a withdrawal or an erasure that came first.
known_requests = sa.Table(
    "known_requests",
    metadata,
    sa.Column("request_id", sa.String(64), primary_key=True),
    sa.Column("known_at", UtcInstant, nullable=False),
    sa.Column("withdrawn_at", UtcInstant),
    sa.Column("erased_at", UtcInstant),  # its person was erased: this row is all that is left, for good
)
IS_ERASED = known_requests.c.erased_at.is_not(None)
sa.Index(
    "known_requests_erased",
    known_requests.c.erased_at,
    sqlite_where=IS_ERASED,
    postgresql_where=IS_ERASED,
)

# What intake said of a request, whether its referral was there already or not.
request_news = sa.Table(
    "request_news",
    metadata,
    sa.Column("request_id", sa.String(64), primary_key=True),
    sa.Column("silenced", sa.Boolean),
    sa.Column("cleared_to", sa.String(20)),  # the safety level that a named person set
    sa.Column("cleared_at", UtcInstant),
    sa.Column("call", Json),  # the latest of its calls
)

referrals = sa.Table(
    "referrals",
    metadata,
    sa.Column("referral_id", sa.String(64), primary_key=True),
    sa.Column(
        "request_id", sa.String(64), sa.ForeignKey("known_requests.request_id"), nullable=False, unique=True
    ),
    sa.Column("reference", sa.String(16), nullable=False, unique=True),
    sa.Column("person_id", sa.String(64), nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("stage", sa.String(20), nullable=False),
    sa.Column("outcome", sa.String(20), nullable=False),
    sa.Column("why", sa.String(40)),  # the hold code, or why it ended
    sa.Column("test", sa.Boolean, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("request", Json, nullable=False),  # in codes, as decisions take it
    sa.Column("owner", sa.String(64)),
    sa.Column("next_action", sa.String(40)),
    sa.Column("due_at", UtcInstant),
    sa.Column("policy_version", sa.String(200), nullable=False),
    sa.Column("roster_version", sa.Integer, nullable=False),
    sa.Column("received_at", UtcInstant, nullable=False),
    sa.Column("created_at", UtcInstant, nullable=False),
    sa.Column("closed_at", UtcInstant),
    sa.Column("clinician_id", sa.String(64), sa.ForeignKey("clinicians.clinician_id")),
    sa.Column("offer_id", sa.String(64), unique=True),
    sa.Column("place", sa.String(8)),
    sa.Column("answer_by", UtcInstant),
    sa.Column("pending", Json),  # an act that can still be undone, and what it would put back
    sa.Column("settles_at", UtcInstant),
    sa.Column("latest", Json),  # who acted last, so that who comes second is told
    sa.Column("contacted", sa.Boolean, nullable=False),
    sa.Column("checked_in", sa.Boolean, nullable=False),
    sa.Column("heard_at", UtcInstant, nullable=False),
    sa.Column("nudged", sa.Integer, nullable=False),
    sa.Column("nudge_at", UtcInstant),
    sa.Column("call", Json),  # the latest of its calls, as intake said
    sa.CheckConstraint(
        "state IN ('draft', 'requested', 'received', 'accepted', 'rejected', 'on-hold', 'in-progress',"
        " 'completed', 'cancelled', 'failed', 'entered-in-error')",
        name="referral_state_is_known",
    ),
    sa.CheckConstraint(
        "(closed_at IS NOT NULL AND state IN ('completed', 'cancelled', 'failed', 'entered-in-error'))"
        " OR (closed_at IS NULL AND owner IS NOT NULL AND owner <> ''"
        " AND next_action IS NOT NULL AND next_action <> '' AND due_at IS NOT NULL)",
        name="open_referral_is_in_somebodys_hands",
    ),
    sa.CheckConstraint(
        "(place IS NULL AND clinician_id IS NULL AND offer_id IS NULL AND answer_by IS NULL)"
        " OR (place IN ('held', 'taken') AND clinician_id IS NOT NULL AND offer_id IS NOT NULL"
        " AND answer_by IS NOT NULL)",
        name="who_is_chosen_has_a_place",
    ),
    sa.CheckConstraint("(pending IS NULL) = (settles_at IS NULL)", name="what_is_pending_settles"),
)
sa.Index(
    "referrals_open_by_owner",
    referrals.c.owner,
    referrals.c.test,
    sqlite_where=referrals.c.closed_at.is_(None),
    postgresql_where=referrals.c.closed_at.is_(None),
)

# What the clock looks for: few of many rows.
for _column in ("settles_at", "nudge_at", "answer_by"):
    sa.Index(
        f"referrals_by_{_column}",
        referrals.c[_column],
        sqlite_where=referrals.c[_column].is_not(None),
        postgresql_where=referrals.c[_column].is_not(None),
    )
WAITING = sa.text("stage = 'waitlisted' AND closed_at IS NULL")
sa.Index("referrals_waiting", referrals.c.heard_at, sqlite_where=WAITING, postgresql_where=WAITING)

candidates = sa.Table(
    "candidates",
    metadata,
    sa.Column("referral_id", sa.String(64), sa.ForeignKey("referrals.referral_id"), primary_key=True),
    sa.Column("clinician_id", sa.String(64), primary_key=True),
    sa.Column("place", sa.Integer, nullable=False),  # 1 is the best
    sa.Column("score", sa.Float, nullable=False),
    sa.Column("reasons", Json, nullable=False),
    sa.Column("points", Json, nullable=False, server_default="{}"),  # criterion -> its part of the score
    sa.Column("proposed_at", UtcInstant, nullable=False),
    sa.Column("loads", sa.Boolean, nullable=False),  # counts as load: open, and no test
)
sa.Index(
    "candidates_that_load",
    candidates.c.clinician_id,
    candidates.c.proposed_at,
    sqlite_where=candidates.c.loads.is_(True),
    postgresql_where=candidates.c.loads.is_(True),
)

# Everybody who was judged and not proposed, for `practice explain`.
not_proposed = sa.Table(
    "not_proposed",
    metadata,
    sa.Column("referral_id", sa.String(64), sa.ForeignKey("referrals.referral_id"), primary_key=True),
    sa.Column("excluded", Json, nullable=False),  # clinician id -> exclusion codes
    sa.Column("also_fit", Json, nullable=False),  # [clinician id, score, reason codes, points], best first
    sa.Column("nearest", Json, nullable=False),  # clinician ids, nearest first
)

# What happened to a referral, a row a version: its part of `practice trail`.
steps = sa.Table(
    "referral_steps",
    metadata,
    sa.Column("referral_id", sa.String(64), sa.ForeignKey("referrals.referral_id"), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True),
    sa.Column("at", UtcInstant, nullable=False),
    sa.Column("name", sa.String(60), nullable=False),
    sa.Column("detail", Json, nullable=False),
)

# A browser that is to be proven, and was: by a six-digit code mailed to whose link it opened.
proofs = sa.Table(
    "proofs",
    metadata,
    sa.Column("proof_id", sa.String(64), primary_key=True),
    sa.Column("recipient", sa.String(80), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False, server_default=""),  # of the link it was asked from
    sa.Column("asked_at", UtcInstant, nullable=False),
    sa.Column("expires_at", UtcInstant, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("proven_at", UtcInstant),
)
sa.Index("proofs_by_recipient", proofs.c.recipient, proofs.c.asked_at)

# One digest a coordinator and working day.
digests = sa.Table(
    "digests",
    metadata,
    sa.Column("coordinator_id", sa.String(64), primary_key=True),
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("digest_id", sa.String(64), nullable=False, unique=True),
    sa.Column("made_at", UtcInstant, nullable=False),
)

messaging_tables(metadata)
retention_table(metadata)
audit_table(metadata)

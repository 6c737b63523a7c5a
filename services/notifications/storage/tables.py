"""The tables of notifications: deliveries in codes, what is closed, what is held. No address, no word."""

import sqlalchemy as sa

from shared.audit import audit_table
from shared.database import Json, UtcInstant
from shared.messaging.retention import retention_table
from shared.messaging.tables import messaging_tables

metadata = sa.MetaData()

SIGNAL = "deliveries"
MAIL_WAITS = "mailbox"
OPEN = ("planned", "held")
IS_OPEN = sa.text("state IN ('planned', 'held')")  # literally as in the index, or SQLite does not use it

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("dedup_key", sa.String(250), nullable=False, unique=True),
    sa.Column("template", sa.String(40), nullable=False),
    sa.Column("mail_class", sa.String(20), nullable=False),
    sa.Column("role", sa.String(20), nullable=False),
    sa.Column("recipient_id", sa.String(64), nullable=False),
    sa.Column("request_id", sa.String(64), nullable=False),
    sa.Column("reference", sa.String(120), nullable=False),
    sa.Column("subject_id", sa.String(64), nullable=False),
    sa.Column("subject_version", sa.Integer, nullable=False),
    sa.Column("codes", Json, nullable=False),
    sa.Column("immediate", sa.Boolean, nullable=False),
    sa.Column("urgency", sa.Integer, nullable=False),  # 0 goes first
    sa.Column("occurred_at", UtcInstant, nullable=False),
    sa.Column("due_at", UtcInstant, nullable=False),
    sa.Column("not_after", UtcInstant),
    sa.Column("state", sa.String(10), nullable=False),
    sa.Column("reason", sa.String(120)),
    sa.Column("stopped", sa.String(40)),  # why it must not go any more; settled at the next attempt
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("uncertain", sa.Boolean, nullable=False),
    sa.Column("lease", sa.String(36)),
    sa.Column("leased_until", UtcInstant),
    sa.Column("message_id", sa.String(320), nullable=False, unique=True),
    sa.Column("smtp_code", sa.Integer),
    sa.Column("smtp_enhanced", sa.String(12)),
    sa.Column("sha256", sa.String(64)),
    sa.Column("changed_at", UtcInstant, nullable=False),
    sa.CheckConstraint(
        "state IN ('planned', 'held', 'sending', 'sent', 'not_sent', 'failed')", name="delivery_state"
    ),
    sa.CheckConstraint("(state = 'sending') = (lease IS NOT NULL)", name="delivery_lease"),
)
sa.Index(
    "deliveries_due",
    deliveries.c.urgency,
    deliveries.c.due_at,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)
sa.Index(
    "deliveries_open_subject",
    deliveries.c.subject_id,
    sqlite_where=IS_OPEN,
    postgresql_where=IS_OPEN,
)
sa.Index("deliveries_leased", deliveries.c.leased_until, deliveries.c.lease)
sa.Index("deliveries_request", deliveries.c.request_id, deliveries.c.role)
sa.Index("deliveries_reference", deliveries.c.reference)
sa.Index("deliveries_listed", deliveries.c.state, deliveries.c.occurred_at, deliveries.c.id)

closures = sa.Table(
    "closures",
    metadata,
    sa.Column("entity_id", sa.String(64), primary_key=True),  # a request or a referral
    sa.Column("why", sa.String(40), nullable=False),
    sa.Column("closed_at", UtcInstant, nullable=False),
)

# Why a person's mail waits or does not go: a referral's hold, an address that does not exist, silence.
holds = sa.Table(
    "holds",
    metadata,
    sa.Column("request_id", sa.String(64), primary_key=True),
    sa.Column("why", sa.String(40), primary_key=True),
    sa.Column("since", UtcInstant, nullable=False),
)

# What came back of a mail, once of each kind: it did not arrive, it is late, or it was called unwanted.
returns = sa.Table(
    "returns",
    metadata,
    sa.Column("delivery_id", sa.String(36), primary_key=True),
    sa.Column("kind", sa.String(20), primary_key=True),
    sa.Column("status", sa.String(12)),  # of RFC 3463
    sa.Column("noted_at", UtcInstant, nullable=False),
)

# How far the mailbox has been read to which mails come back; its numbers are its server's.
mailboxes = sa.Table(
    "mailboxes",
    metadata,
    sa.Column("key", sa.String(32), primary_key=True),  # says neither host nor user
    sa.Column("validity", sa.BigInteger, nullable=False),
    sa.Column("last_uid", sa.BigInteger, nullable=False),
    sa.Column("read_at", UtcInstant),  # when it was read last without anything failing
)

# A backup was put in place of what was here: what was due until then may have been sent by the system before.
restores = sa.Table(
    "restores",
    metadata,
    sa.Column("restored_at", UtcInstant, primary_key=True),
    sa.Column("backed_up_at", UtcInstant, nullable=False),
    sa.Column("until", UtcInstant, nullable=False),
)

# All that is left of requests whose people were erased, and that for good: nothing is planned about them.
erased_requests = sa.Table(
    "erased_requests",
    metadata,
    sa.Column("request_id", sa.String(64), primary_key=True),
    sa.Column("erased_at", UtcInstant, nullable=False),
    sa.Index("erased_requests_at", "erased_at"),
)

messaging_tables(metadata)
retention_table(metadata)
audit_table(metadata)

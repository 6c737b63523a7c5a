"""The tables that messaging keeps in every service's own database.

They are defined once, here; each service's first migration creates them with `create`.
"""

import sqlalchemy as sa

from shared.database import Json, UtcInstant

metadata = sa.MetaData()

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("event_id", sa.String(36), nullable=False, unique=True),
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("entity_id", sa.String(64), nullable=False),
    sa.Column("correlation", sa.String(64), nullable=False),
    sa.Column("headers", Json, nullable=False),
    sa.Column("payload", sa.Text, nullable=False),
    sa.Column("created_at", UtcInstant, nullable=False),
    sa.Column("lease", sa.String(36)),
    sa.Column("leased_until", UtcInstant),
    sa.Column("published_at", UtcInstant),
    sa.Column("stream_seq", sa.BigInteger),
    sa.Column("stream_created", sa.String(40)),
)
sa.Index("outbox_pending", outbox.c.published_at, outbox.c.seq)
sa.Index("outbox_stored", outbox.c.stream_created, outbox.c.stream_seq)
sa.Index("outbox_correlation", outbox.c.correlation)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("consumer", sa.String(120), primary_key=True),
    sa.Column("event_id", sa.String(64), primary_key=True),
    sa.Column("received_at", UtcInstant, nullable=False),
)
sa.Index("inbox_received", inbox.c.received_at)

seen_versions = sa.Table(
    "seen_versions",
    metadata,
    sa.Column("about", sa.String(40), primary_key=True),
    sa.Column("entity_id", sa.String(64), primary_key=True),
    sa.Column("version", sa.Integer, nullable=False),
)

dead_letters = sa.Table(
    "dead_letters",
    metadata,
    sa.Column("id", sa.String(36), primary_key=True),
    sa.Column("consumer", sa.String(120), nullable=False),
    sa.Column("subject", sa.String(120), nullable=False),
    sa.Column("event_id", sa.String(64), nullable=False),
    sa.Column("headers", Json, nullable=False),
    sa.Column("payload", sa.LargeBinary, nullable=False),
    sa.Column("why", sa.String(200), nullable=False),
    sa.Column("detail", Json, nullable=False),  # error types and code places, never messages
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("parked_at", UtcInstant, nullable=False),
    sa.Column("closed_at", UtcInstant),
    sa.Column("closed_as", sa.String(20)),  # replayed, discarded
    sa.UniqueConstraint("consumer", "event_id"),
)

ALL = (outbox, inbox, seen_versions, dead_letters)


def messaging_tables(into: sa.MetaData) -> None:
    """Adds the four tables to a service's own metadata, so that one metadata describes its database."""
    for table in ALL:
        table.to_metadata(into)


def create(bind: sa.Connection) -> None:
    """Creates the four tables; a service's first migration calls it with `op.get_bind()`."""
    metadata.create_all(bind)


def drop(bind: sa.Connection) -> None:
    """Drops the four tables."""
    metadata.drop_all(bind)

"""The table of the audit, in every service's own database, and what keeps it from being changed.

Triggers refuse every UPDATE, and every DELETE but of what an entry of the chain itself says is forgotten. On
PostgreSQL the run-time role has no right to either: a function of the owner's forgets for it.
"""

import sqlalchemy as sa

from shared.audit.entries import LONGEST

metadata = sa.MetaData()
CODE = sa.String(LONGEST)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
HASH = sa.String(64)
IS_ANCHOR = sa.text("act = 'audit.forgotten'")  # entries.FORGOTTEN

audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", NUMBER, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(27), nullable=False),  # as it is hashed
    sa.Column("actor", CODE, nullable=False),
    sa.Column("act", CODE, nullable=False),
    sa.Column("subject", CODE, nullable=False),
    sa.Column("purpose", CODE, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),  # codes, as they are hashed
    sa.Column("previous", HASH, nullable=False),
    sa.Column("hash", HASH, nullable=False),
    sa.Index("audit_subject", "subject", "seq"),
    sa.Index("audit_anchors", "seq", sqlite_where=IS_ANCHOR, postgresql_where=IS_ANCHOR),
)

_SQLITE = (
    "CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit "
    "BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END",
    "CREATE TRIGGER audit_is_not_replaced BEFORE INSERT ON audit "
    "WHEN EXISTS (SELECT 1 FROM audit WHERE seq = NEW.seq) "
    "BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END",
    "CREATE TRIGGER audit_keeps_its_entries BEFORE DELETE ON audit "
    "WHEN NOT EXISTS (SELECT 1 FROM audit AS anchor WHERE anchor.act = 'audit.forgotten' "
    "AND anchor.seq > OLD.seq AND CAST(anchor.subject AS INTEGER) >= OLD.seq) "
    "BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END",
)
_POSTGRESQL = (
    """
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (
        SELECT 1 FROM public.audit AS anchor WHERE anchor.act = 'audit.forgotten' AND anchor.seq > OLD.seq
            AND CASE WHEN anchor.act = 'audit.forgotten' THEN anchor.subject::bigint >= OLD.seq ELSE false END
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit only grows' USING ERRCODE = 'restrict_violation';
END $$
""",
    "CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE ON audit "
    "FOR EACH ROW EXECUTE FUNCTION audit_only_grows()",
    "CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit "
    "FOR EACH STATEMENT EXECUTE FUNCTION audit_only_grows()",
    """
CREATE FUNCTION audit_forget(upto bigint) RETURNS void LANGUAGE sql SECURITY DEFINER
    SET search_path = pg_catalog, public AS $$ DELETE FROM public.audit WHERE seq <= upto $$
""",
)


def audit_table(into: sa.MetaData) -> None:
    """Adds the table to a service's own metadata, so that one metadata describes its database."""
    audit.to_metadata(into)


def create(bind: sa.Connection) -> None:
    """Creates the table and what protects it; a service's revision calls it with `op.get_bind()`."""
    metadata.create_all(bind)
    for statement in _POSTGRESQL if bind.dialect.name == "postgresql" else _SQLITE:
        bind.exec_driver_sql(statement)


def drop(bind: sa.Connection) -> None:
    """Drops them, and every entry."""
    metadata.drop_all(bind)
    if bind.dialect.name == "postgresql":
        bind.exec_driver_sql("DROP FUNCTION audit_only_grows(), audit_forget(bigint)")

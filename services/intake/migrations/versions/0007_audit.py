"""Who did what, in a chain of hashes; who read what so far is its beginning.

The tables of before stay for the code of before, and for the reasons that operators gave, which are sealed.
What that code still writes into them meanwhile is not `in_chain`.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from shared import audit
from shared.database import UtcInstant

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

READ = ".read"
AT_ONCE = 5000
access_log = sa.table(
    "access_log",
    sa.column("id"),
    sa.column("at", UtcInstant),
    sa.column("kind"),
    sa.column("purpose"),
    sa.column("asked_by"),
    sa.column("sealed"),
    sa.column("in_chain", sa.Boolean),
)
access_subjects = sa.table("access_subjects", sa.column("access_id"), sa.column("request_id"))


def upgrade() -> None:
    bind = op.get_bind()
    audit.create(bind)
    op.add_column("access_log", sa.Column("in_chain", sa.Boolean, nullable=False, server_default=sa.false()))
    found = bind.execute(
        sa.select(access_log, access_subjects.c.request_id)
        .join_from(access_log, access_subjects, access_subjects.c.access_id == access_log.c.id)
        .order_by(access_log.c.at, access_log.c.id, access_subjects.c.request_id)
    ).all()
    for start in range(0, len(found), AT_ONCE):
        audit.append_at_once(bind, [_entry(row) for row in found[start : start + AT_ONCE]])
    # What it says stands in the chain now; a reason is kept where it is sealed.
    bind.execute(sa.delete(access_log).where(access_log.c.sealed.is_(None)))
    if bind.dialect.name == "sqlite":  # which follows no foreign key in a migration
        bind.execute(
            sa.delete(access_subjects).where(access_subjects.c.access_id.not_in(sa.select(access_log.c.id)))
        )
    bind.execute(sa.update(access_log).values(in_chain=True))


def downgrade() -> None:
    """What was read goes back to where it was kept; whatever else is on record is lost."""
    bind = op.get_bind()
    _take_back(bind)
    audit.drop(bind)
    with op.batch_alter_table("access_log") as log:
        log.drop_column("in_chain")


def _entry(row: sa.Row[Any]) -> audit.Entry:
    actor = row.asked_by if ":" in row.asked_by else _whole(row.asked_by)
    detail = {"reason": row.id} if row.sealed else {}
    return audit.Entry(row.at, actor, row.kind + READ, row.request_id, row.purpose, detail)


def _whole(asked_by: str) -> str:
    """An operator's login name was not on record before; whoever else had no kind was a service."""
    return "operator:unnamed" if asked_by == "operator" else f"service:{asked_by}"


def _take_back(bind: sa.Connection) -> None:
    rows = bind.execute(sa.select(audit.audit).where(audit.audit.c.act.endswith(READ))).mappings()
    read = [audit.kept_of(dict(row)) for row in rows]
    lost = [each for each in read if "reason" not in each.entry.detail]
    if not lost:
        return
    subjects = [{"access_id": each.hash[:36], "request_id": each.entry.subject} for each in lost]
    accesses = [
        {
            "id": each.hash[:36],
            "at": each.entry.at,
            "kind": each.entry.act.removesuffix(READ),
            "purpose": each.entry.purpose,
            "asked_by": each.entry.actor.removeprefix("service:"),
        }
        for each in lost
    ]
    bind.execute(sa.insert(access_log), accesses)
    bind.execute(sa.insert(access_subjects), subjects)

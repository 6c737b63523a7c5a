"""Since when an address is given by a link; people who asked for silence, whatever their address is."""

import sqlalchemy as sa
from alembic import op

from shared.database import UtcInstant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.String(36)
SILENCE_THEIR_ADDRESSES = """
    INSERT INTO silences (address_key, since)
    SELECT asked.address_key, MIN(asked.since)
    FROM (
        SELECT people.email_key AS address_key, silent_people.since AS since
        FROM people JOIN silent_people ON silent_people.person_id = people.id
        UNION ALL
        SELECT people.phone_key, silent_people.since
        FROM people JOIN silent_people ON silent_people.person_id = people.id
    ) AS asked
    WHERE asked.address_key IS NOT NULL
      AND asked.address_key NOT IN (SELECT silences.address_key FROM silences)
    GROUP BY asked.address_key
"""


def upgrade() -> None:
    op.add_column("people", sa.Column("email_given_at", UtcInstant))
    op.create_table(
        "silent_people",
        sa.Column("person_id", ID, sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("since", UtcInstant, nullable=False),
    )


def downgrade() -> None:
    """Who asked for silence has it at every address of theirs: the old code knows no other."""
    op.execute(SILENCE_THEIR_ADDRESSES)
    op.drop_table("silent_people")
    op.drop_column("people", "email_given_at")

"""A key for each person, what is left of whoever was erased, and what a court wants kept.

What was sealed before stays readable, and is sealed anew by intake itself or by `practice reseal`: a
migration has no keys.
"""

import sqlalchemy as sa
from alembic import op

from shared.database import Json, UtcInstant
from shared.messaging import retention

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.String(36)
CODE = sa.String(120)
KEYED = sa.String(64)


def upgrade() -> None:
    op.create_table(
        "person_keys",
        sa.Column("person_id", ID, sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("ring_key", sa.String(40), nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("created_at", UtcInstant, nullable=False),
        if_not_exists=True,
    )
    op.create_index("person_keys_ring", "person_keys", ["ring_key"], if_not_exists=True)
    op.create_table(
        "erased_people",
        sa.Column("person_id", ID, primary_key=True),
        sa.Column("request_ids", Json, nullable=False),
        sa.Column("erased_at", UtcInstant, nullable=False),
        sa.Column("address_print", KEYED, nullable=False),
        if_not_exists=True,
    )
    op.create_index("erased_people_print", "erased_people", ["address_print"], if_not_exists=True)
    op.create_table(
        "erased_parties",
        sa.Column("request_id", ID, primary_key=True),
        sa.Column("address_print", KEYED, primary_key=True),
        sa.Column("erased_at", UtcInstant, nullable=False),
        if_not_exists=True,
    )
    op.create_index("erased_parties_print", "erased_parties", ["address_print"], if_not_exists=True)
    op.create_table(
        "legal_holds",
        sa.Column("request_id", ID, sa.ForeignKey("requests.id"), primary_key=True),
        sa.Column("since", UtcInstant, nullable=False),
        sa.Column("by", CODE, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
    retention.create(op.get_bind())


def downgrade() -> None:
    """Nothing is dropped: without the keys nobody could be read again, and who was erased stays so."""

"""Each person's own key, what is left of whoever was erased, and what a court wants kept."""

import sqlalchemy as sa

from services.intake.storage.tables import CODE, ID, KEYED, metadata, requests
from shared.database import Json, UtcInstant

person_keys = sa.Table(  # whoever has one has nothing that was sealed in another way
    "person_keys",
    metadata,
    sa.Column("person_id", ID, sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("ring_key", sa.String(40), nullable=False),  # which key of the vault's ring wrapped it
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("created_at", UtcInstant, nullable=False),
    sa.Index("person_keys_ring", "ring_key"),
)

erased_people = sa.Table(  # ids and prints alone; kept for good, and applied again after a restore
    "erased_people",
    metadata,
    sa.Column("person_id", ID, primary_key=True),
    sa.Column("request_ids", Json, nullable=False),
    sa.Column("erased_at", UtcInstant, nullable=False),
    sa.Column("address_print", KEYED, nullable=False),
    sa.Index("erased_people_print", "address_print"),
)

erased_parties = sa.Table(  # whom somebody else had named in a request of their own
    "erased_parties",
    metadata,
    sa.Column("request_id", ID, primary_key=True),
    sa.Column("address_print", KEYED, primary_key=True),
    sa.Column("erased_at", UtcInstant, nullable=False),
    sa.Index("erased_parties_print", "address_print"),
)

legal_holds = sa.Table(  # a request that has one cannot be deleted: the database itself refuses
    "legal_holds",
    metadata,
    sa.Column("request_id", ID, sa.ForeignKey("requests.id"), primary_key=True),
    sa.Column("since", UtcInstant, nullable=False),
    sa.Column("by", CODE, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),  # why
)

IS_HELD = sa.exists().where(legal_holds.c.request_id == requests.c.id)

"""The tables of resources. Codes, ids and times; nothing that anybody wrote."""

import sqlalchemy as sa

from shared.audit import audit_table
from shared.database import Json, UtcInstant
from shared.messaging.retention import retention_table
from shared.messaging.tables import messaging_tables

metadata = sa.MetaData()
FALSE, NONE_YET = sa.false(), "0"

GOES_ON = "state IN ('running', 'paused')"
JOURNEY_CHECKS = {
    # `prepared` is what the version before wrote: a list, and nothing after it.
    "journey_state_is_known": ("state IN ('running', 'paused', 'waiting', 'reached', 'stopped', 'prepared')"),
    "a_no_has_a_reason": "state IN ('running', 'reached', 'prepared') OR (why IS NOT NULL AND why <> '')",
    "waiting_journey_is_in_somebodys_hands": (
        "state <> 'waiting' OR (owner IS NOT NULL AND owner <> '' AND next_action IS NOT NULL"
        " AND next_action <> '' AND due_at IS NOT NULL)"
    ),
    "running_journey_has_a_next_time": "state <> 'running' OR next_at IS NOT NULL",
    "paused_journey_has_an_end_or_is_held": (
        "state <> 'paused' OR (paused_at IS NOT NULL AND ("
        "(held IS NULL AND paused_until IS NOT NULL AND next_at IS NOT NULL)"
        " OR (held IS NOT NULL AND next_at IS NULL)))"
    ),
    "nothing_comes_after_the_end": f"{GOES_ON} OR next_at IS NULL",
    "an_end_has_its_time": (
        "(state <> 'stopped' OR stopped_at IS NOT NULL) AND (state <> 'reached' OR reached_at IS NOT NULL)"
    ),
    "pace_is_known": "pace IN ('as_planned', 'slower')",
    "codes_are_kept_while_they_choose": (
        f"asked IS NULL OR {GOES_ON} OR (state = 'waiting' AND why = 'crisis')"
    ),
    "what_goes_on_is_chosen_by_codes": f"NOT ({GOES_ON}) OR asked IS NOT NULL",
}

journeys = sa.Table(
    "journeys",
    metadata,
    sa.Column("journey_id", sa.String(64), primary_key=True),
    sa.Column("request_id", sa.String(64), nullable=False, unique=True),
    sa.Column("reference", sa.String(16), nullable=False),
    sa.Column("person_id", sa.String(64), nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    sa.Column("opted_in_at", UtcInstant, nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("why", sa.String(40)),
    sa.Column("items", Json, nullable=False),  # the list: [{"code", "reasons"}], the most fitting first
    sa.Column("left_out", Json, nullable=False),  # [{"code", "why"}]
    sa.Column("catalogue_version", sa.String(200), nullable=False),
    sa.Column("owner", sa.String(64)),
    sa.Column("next_action", sa.String(40)),
    sa.Column("due_at", UtcInstant),
    sa.Column("begun_at", UtcInstant, nullable=False),
    sa.Column("stopped_at", UtcInstant),
    sa.Column("version", sa.Integer, nullable=False, server_default="1"),
    sa.Column("decided_again_at", UtcInstant),
    sa.Column("asked", Json),  # the codes to choose by, while there is something to choose
    sa.Column("time_zone", sa.String(64)),  # None: of before it was kept; the practice's counts
    sa.Column("series", Json),  # {"practices", "readings"}: each {"items", "left_out"} as of the list
    sa.Column("pace", sa.String(20), nullable=False, server_default="as_planned"),
    sa.Column("kept", sa.Boolean, nullable=False, server_default=FALSE),
    sa.Column("counted_from", UtcInstant),  # the next gap begins here
    sa.Column("next_at", UtcInstant),  # when something happens by itself: a mail, the end of a pause, the end
    sa.Column("paused_at", UtcInstant),
    sa.Column("paused_until", UtcInstant),  # of the person's own pause, which a hold may lie over
    sa.Column("held", sa.String(20)),  # in_care, booked
    sa.Column("reached_at", UtcInstant),
    *(sa.CheckConstraint(text, name=name) for name, text in JOURNEY_CHECKS.items()),
)
sa.Index("journeys_begun", journeys.c.begun_at)
sa.Index("journeys_reference", journeys.c.reference)
sa.Index("journeys_due", journeys.c.next_at, journeys.c.journey_id)

# Every mail of a series that was announced, once; nobody gets the same item twice, or is asked twice.
readiness_steps = sa.Table(
    "readiness_steps",
    metadata,
    sa.Column("journey_id", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("item", sa.String(120)),
    sa.Column("due_at", UtcInstant, nullable=False),
    sa.Column("announced_at", UtcInstant, nullable=False),
    sa.UniqueConstraint("journey_id", "item", name="no_item_comes_twice"),
    sa.CheckConstraint("kind IN ('practice', 'reading', 'check_in')", name="step_is_known"),
    sa.CheckConstraint(
        "(kind = 'check_in' AND item IS NULL) OR (kind <> 'check_in' AND item IS NOT NULL)",
        name="a_step_has_its_item",
    ),
)
CHECK_IN = readiness_steps.c.item.is_(None)
sa.Index(
    "one_check_in",
    readiness_steps.c.journey_id,
    unique=True,
    sqlite_where=CHECK_IN,
    postgresql_where=CHECK_IN,
)

# What happened to a journey beside its mails: pauses, pace, the end.
journey_turns = sa.Table(
    "journey_turns",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True),
    sa.Column("journey_id", sa.String(64), nullable=False),
    sa.Column("at", UtcInstant, nullable=False),
    sa.Column("name", sa.String(20), nullable=False),
    sa.Column("detail", Json, nullable=False),
)
sa.Index("turns_of_journey", journey_turns.c.journey_id, journey_turns.c.seq)

# What is said of a request, also before it arrives here. Its row is taken before its journey is touched.
# Each version is that of the fact from which its columns come; an erased request keeps its row for good.
request_news = sa.Table(
    "request_news",
    metadata,
    sa.Column("request_id", sa.String(64), primary_key=True),
    sa.Column("silenced", sa.Boolean, nullable=False),
    sa.Column("contact_version", sa.Integer, nullable=False, server_default=NONE_YET),
    sa.Column("flagged", sa.Boolean, nullable=False, server_default=FALSE),  # a crisis that nobody cleared
    sa.Column("cleared_to", sa.String(20)),  # the safety level that a named person set
    sa.Column("safety_version", sa.Integer, nullable=False, server_default=NONE_YET),
    sa.Column("call", sa.String(20)),  # booked, attended, over
    sa.Column("call_at", UtcInstant),
    sa.Column("call_version", sa.Integer, nullable=False, server_default=NONE_YET),
    sa.Column("care", sa.String(20)),  # accepted, open, ended, completed
    sa.Column("care_at", UtcInstant),
    sa.Column("care_version", sa.Integer, nullable=False, server_default=NONE_YET),
    sa.Column("moved_at", UtcInstant),  # when they gave another e-mail address
    sa.Column("erased", sa.Boolean, nullable=False, server_default=FALSE),
    sa.Column("heard_at", UtcInstant, nullable=False),
)
sa.Index("news_heard", request_news.c.heard_at)

# Which requests came from one address, both ways.
kin = sa.Table(
    "kin",
    metadata,
    sa.Column("request_id", sa.String(64), primary_key=True),
    sa.Column("kin_id", sa.String(64), primary_key=True),
    sa.Column("heard_at", UtcInstant, nullable=False),
)
sa.Index("kin_heard", kin.c.heard_at)

messaging_tables(metadata)
retention_table(metadata)
audit_table(metadata)

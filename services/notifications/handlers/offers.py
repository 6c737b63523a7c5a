"""A clinician is asked, answers, and is introduced."""

from collections.abc import Sequence
from datetime import datetime

from services.notifications import occasions
from services.notifications.handlers.office import Office, move_on, record
from shared.contracts.matching import (
    ReferralAccepted,
    ReferralInProgress,
    ReferralRejected,
    ReferralRequested,
)
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen

Many = Sequence


@listen(ReferralRequested)
async def on_referrals_requested(
    events: Many[ReferralRequested], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The clinician is asked, once an offer."""
    await move_on("offered", events, tx, now)
    await record([occasions.clinician_asked(event, now) for event in events], tx, now, ids, office)


@listen(ReferralAccepted)
async def on_referrals_accepted(
    events: Many[ReferralAccepted], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """Nobody asks who has answered."""
    await move_on("accepted", events, tx, now)


@listen(ReferralRejected)
async def on_referrals_rejected(
    events: Many[ReferralRejected], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """Nobody asks who has answered; what follows is a fact of its own."""
    await move_on("declined", events, tx, now)


@listen(ReferralInProgress)
async def on_referrals_in_progress(
    events: Many[ReferralInProgress], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The person and the clinician hear of each other, a supervisor and the owner of both."""
    await move_on("introduced", events, tx, now)
    await record([occasions.introduced(event, now) for event in events], tx, now, ids, office)


LISTENERS = (
    on_referrals_requested,
    on_referrals_accepted,
    on_referrals_rejected,
    on_referrals_in_progress,
)

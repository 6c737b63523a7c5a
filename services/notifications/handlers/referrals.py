"""What matching decides about a referral, and how a referral ends."""

from collections.abc import Sequence
from datetime import datetime

from services.notifications import occasions, storage
from services.notifications.domain.decide import HOLDS
from services.notifications.handlers.office import FIRST, HELD, Office, end_offers, move_on, record
from shared.contracts.matching import (
    ReferralCancelled,
    ReferralCompleted,
    ReferralFailed,
    ReferralHeld,
    ReferralOpened,
    ReferralProposed,
    ReferralReferredOut,
    ReferralReleased,
    ReferralReopened,
    ReferralWaitlisted,
)
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen

Many = Sequence
GONE_QUIET = "gone_quiet"
WITHDRAWN = "withdrawn"


@listen(ReferralProposed)
async def on_referrals_proposed(
    events: Many[ReferralProposed], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The owner gets the referral, with reasons; a proposal says that the referral is open."""
    await move_on("proposed", events, tx, now)
    await storage.reopen(tx, [event.referral_id for event in events if event.version > FIRST])
    await record([occasions.clinicians_found(event, now) for event in events], tx, now, ids, office)


@listen(ReferralWaitlisted)
async def on_referrals_waitlisted(
    events: Many[ReferralWaitlisted], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The owner sees who comes nearest; the person learns that they wait."""
    await move_on("waitlisted", events, tx, now)
    await record([occasions.nobody_found(event, now) for event in events], tx, now, ids, office)


@listen(ReferralReferredOut)
async def on_referrals_referred_out(
    events: Many[ReferralReferredOut], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The owner sees who comes nearest; the person learns where else to turn."""
    await move_on("referred_out", events, tx, now)
    await record([occasions.nobody_found(event, now) for event in events], tx, now, ids, office)


@listen(ReferralHeld)
async def on_referrals_held(
    events: Many[ReferralHeld], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The owner looks before anything goes on; what is not an answer waits; an offer has its end."""
    await move_on(HELD, events, tx, now)
    await storage.hold(tx, {event.request_id: event.why for event in events}, HOLDS, now)
    await end_offers(events, tx, now, ids, office)
    await record([occasions.matching_stopped(event, now) for event in events], tx, now, ids, office)


@listen(ReferralOpened)
async def on_referrals_opened(
    events: Many[ReferralOpened], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The owner answers a colleague."""
    await move_on("opened", events, tx, now)
    await record([occasions.colleague_waits(event, now) for event in events], tx, now, ids, office)


@listen(ReferralReleased)
async def on_referrals_released(
    events: Many[ReferralReleased], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """Nobody is reminded of a hold that was released; what follows is a fact of its own."""
    await move_on("released", events, tx, now)


@listen(ReferralReopened)
async def on_referrals_reopened(
    events: Many[ReferralReopened], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The person may hear of it again; the clinician hears that their part has ended."""
    await move_on("reopened", events, tx, now)
    await storage.reopen(tx, [event.referral_id for event in events])
    await end_offers(events, tx, now, ids, office)


@listen(ReferralCompleted)
async def on_referrals_completed(
    events: Many[ReferralCompleted], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """Nobody is asked or reminded any more."""
    await move_on("completed", events, tx, now)


@listen(ReferralFailed)
async def on_referrals_failed(
    events: Many[ReferralFailed], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """Nobody is asked or reminded any more; a clinician who was asked hears so."""
    await move_on("failed", events, tx, now)
    await end_offers(events, tx, now, ids, office)


@listen(ReferralCancelled)
async def on_referrals_cancelled(
    events: Many[ReferralCancelled], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """Nothing more goes to the person about this referral, but for a kind word where they went quiet.

    Whose duty it was hears where they took it back themselves.
    """
    await move_on("cancelled", events, tx, now)
    await storage.close(tx, [event.referral_id for event in events], "referral_cancelled", now)
    await end_offers(events, tx, now, ids, office)
    quiet = [occasions.gone_quiet(event, now) for event in events if event.why == GONE_QUIET]
    withdrawn = [(one, one.owner) for one in events if one.why == WITHDRAWN and one.owner]
    taken_back = [occasions.taken_back(event, owner, now) for event, owner in withdrawn]
    await record([*quiet, *taken_back], tx, now, ids, office)


LISTENERS = (
    on_referrals_proposed,
    on_referrals_waitlisted,
    on_referrals_referred_out,
    on_referrals_held,
    on_referrals_opened,
    on_referrals_released,
    on_referrals_reopened,
    on_referrals_completed,
    on_referrals_failed,
    on_referrals_cancelled,
)

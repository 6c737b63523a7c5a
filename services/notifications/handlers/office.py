"""How a handler's decisions become rows: mails planned, and mails that are no longer true stopped."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.notifications import occasions, storage
from services.notifications.domain.call import CallClocks, CallOccasion
from services.notifications.domain.call_mails import plan_call
from services.notifications.domain.decide import HOLDS
from services.notifications.domain.delivery import PlannedDelivery
from services.notifications.domain.desk import Desk
from services.notifications.domain.occasion import Occasion
from services.notifications.domain.overtake import Turn, stopped_by
from services.notifications.domain.plan import plan
from services.notifications.occasions import Ending
from services.notifications.storage import Heard
from shared.contracts.matching import ReferralFact
from shared.database import Transaction
from shared.ids import Ids

HELD: Turn = "held"
FIRST = 1  # a referral's first version overtakes nothing


@dataclass(frozen=True, slots=True)
class Office:
    """Who reads the practice's own mail, the domain that Message-IDs carry, when calls are reminded of."""

    desk: Desk
    mail_domain: str
    clocks: CallClocks


async def record(
    happened: Iterable[Occasion], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The mails that follow from what happened."""
    planned = [delivery for occasion in happened for delivery in plan(occasion, office.desk)]
    await storage.save_planned(tx, planned, ids, office.mail_domain, now)


async def record_calls(
    happened: Iterable[CallOccasion], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The mails that follow from what happened to calls."""
    planned = await plan_calls(list(happened), tx, now, office)
    await storage.save_planned(tx, planned, ids, office.mail_domain, now)


async def plan_calls(
    happened: Sequence[CallOccasion], tx: Transaction, now: datetime, office: Office
) -> Sequence[PlannedDelivery]:
    """The same, not yet kept; a coordinator's lead to the referral."""
    referrals = await storage.referrals_of(tx, {one.about.request_id for one in happened})
    return [
        mail
        for one in happened
        for mail in plan_call(_with_referral(one, referrals), office.desk, office.clocks, now)
    ]


def _with_referral(occasion: CallOccasion, referrals: Mapping[str, str]) -> CallOccasion:
    about = occasion.about
    referral_id = referrals.get(about.request_id)
    if referral_id is None:
        return occasion
    return replace(occasion, about=replace(about, codes={**about.codes, "referral_id": referral_id}))


async def move_on(turn: Turn, events: Sequence[ReferralFact], tx: Transaction, now: datetime) -> None:
    """Stops what waits about these referrals and is no longer true; costs nothing for a first decision.

    What a hold kept from the person is looked at again, unless this is a hold.
    """
    later = [event for event in events if event.version > FIRST]
    heard = [Heard(event.request_id, event.referral_id, event.version) for event in later]
    await storage.overtake(tx, heard, stopped_by(turn), now)
    freed = [] if turn == HELD else [event.request_id for event in later]
    if freed and await storage.lift(tx, freed, HOLDS):
        await storage.look_again(tx, freed, now)


async def end_offers(
    events: Sequence[Ending], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The clinicians whose offer or introduction ended hear so, if they had ever heard of it."""
    ending = {
        Heard(event.request_id, event.referral_id, event.version): event
        for event in events
        if event.clinician_id is not None
    }
    told = await storage.clinicians_told(tx, list(ending))
    ended = [
        occasions.offer_ended(event, event.clinician_id, now)
        for heard, event in ending.items()
        if event.clinician_id is not None and event.clinician_id in told[heard]
    ]
    await record(ended, tx, now, ids, office)

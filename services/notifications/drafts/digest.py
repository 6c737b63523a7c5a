"""The morning mail to a coordinator: everything open, told apart by what it waits for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time

from services.notifications import words
from services.notifications.describe import called
from services.notifications.mails import Digest, DigestGroup, DigestLine
from shared.contracts.intake import Duty
from shared.contracts.matching import OpenReferral
from shared.practice import Practice

TITLES: Mapping[str, str] = {  # in the order of the mail
    "overdue": "Overdue",
    "crisis": "Urgent words, not cleared yet",
    "ready": "Ready to begin",
    "new": "New",
    "held": "Held",
    "yours": "In your hands",
    "clinician": "Waiting for a clinician",
    "person": "Waiting for the person",
    "call": "A call is booked",
    "introduced": "Introduced",
    "leaving": "Leaves by itself",
    "quarantined": "Set aside as spam",
    "waitlist": "On the waitlist",
}
BY_STAGE: Mapping[str, str] = {
    "held": "held",
    "silenced": "held",
    "offered": "clinician",
    "received": "clinician",
    "introduced": "introduced",
}
BY_NEXT_ACTION: Mapping[str, str] = {
    "call": "call",
    "hear_back": "person",
    "wait": "waitlist",
    "introduce": "leaving",
    "propose_again": "leaving",
    "settle": "leaving",
}


def digest(
    practice: Practice,
    *,
    coordinator_id: str,
    day: str,
    referrals: Sequence[OpenReferral],
    duties: Sequence[Duty],
    case_urls: Mapping[str, str],
    begin_urls: Mapping[str, str],
    roster_url: str,
    calendar_url: str,
) -> Digest:
    """Every referral and duty in one line each, in the first group that it belongs to, soonest due first.

    `day` is an ISO date; `case_urls` are by referral id, `begin_urls`, of those who are ready, by request id.
    What else lies with intake alone has no page: it is named by its command, unless a referral of the same
    reference has one.
    """
    pages = {one.reference: case_urls.get(one.referral_id) for one in referrals}
    pages |= {one.reference: begin_urls[one.request_id] for one in duties if one.request_id in begin_urls}
    lines = [(_group(one), _referral(one, case_urls, coordinator_id, practice)) for one in referrals]
    lines += [
        ("overdue" if one.overdue else one.kind, _duty(one, pages, coordinator_id, practice))
        for one in duties
    ]
    known = practice.coordinator(coordinator_id)
    return Digest(
        zone=practice.time_zone,
        test=False,
        name=called(known.name) if known is not None else "",
        on=datetime.combine(date.fromisoformat(day), time(12), practice.zone),
        groups=tuple(_grouped(lines)),
        count=len(lines),
        overdue=sum(line.overdue for _, line in lines),
        roster_url=roster_url,
        calendar_url=calendar_url if practice.first_step == "call" else None,
    )


def _grouped(lines: Sequence[tuple[str, DigestLine]]) -> Iterable[DigestGroup]:
    for code, title in TITLES.items():
        inside = sorted((line for group, line in lines if group == code), key=lambda line: line.due_at)
        if inside:
            yield DigestGroup(title=title, lines=tuple(inside))


def _group(referral: OpenReferral) -> str:
    if referral.overdue:
        return "overdue"
    if referral.new and referral.stage not in BY_STAGE:
        return "new"
    return BY_NEXT_ACTION.get(referral.next_action) or BY_STAGE.get(referral.stage, "yours")


def _referral(
    referral: OpenReferral, case_urls: Mapping[str, str], coordinator_id: str, practice: Practice
) -> DigestLine:
    return DigestLine(
        reference=referral.reference,
        state=words.stage(referral.stage),
        next_action=words.next_action(referral.next_action, referral.stage),
        due_at=referral.due_at,
        overdue=referral.overdue,
        owner=_somebody_else(referral.owner, coordinator_id, practice),
        url=case_urls.get(referral.referral_id),
    )


def _duty(duty: Duty, pages: Mapping[str, str | None], coordinator_id: str, practice: Practice) -> DigestLine:
    return DigestLine(
        reference=duty.reference,
        state=words.stage(duty.kind),
        next_action=words.next_action(duty.next_action),
        due_at=duty.due_at,
        overdue=duty.overdue,
        owner=_somebody_else(duty.owner, coordinator_id, practice),
        url=pages.get(duty.reference),
    )


def _somebody_else(owner: str, coordinator_id: str, practice: Practice) -> str | None:
    if owner == coordinator_id:
        return None
    known = practice.coordinator(owner)
    return called(known.name) if known is not None else owner

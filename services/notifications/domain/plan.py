"""Which mails follow from what happened: one planned delivery a recipient."""

from collections.abc import Container, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from services.notifications.domain.delivery import PlannedDelivery, Role, Template
from services.notifications.domain.desk import Desk
from services.notifications.domain.occasion import (
    About,
    AddressChanged,
    ClinicianAsked,
    CliniciansFound,
    ColleagueWaits,
    ConsultationCame,
    DayBegins,
    DutyOverdue,
    GoneQuiet,
    Introduced,
    MatchingStopped,
    NobodyFound,
    Occasion,
    OfferEnded,
    ProfessionalCame,
    ProofNeeded,
    ReadingAskedFor,
    ReadingChosen,
    ReadingDue,
    ReadyToBegin,
    SafetyRaised,
    SetAside,
    StillWaiting,
    TakenBack,
)

ACKNOWLEDGEMENT_STANDS_FOR = timedelta(days=3)
NEWS_STANDS_FOR = timedelta(days=14)
SERIES_STANDS_FOR = timedelta(days=6)  # a week's reading is not the next week's
OWN_WORDS_FIRST = timedelta(hours=1)  # so long has the person to say what is still true themselves
DIGEST_STANDS_FOR = timedelta(hours=18)  # to the end of the day that begins

# A clinician's mail that is refused: how the owner is told, what is left to do, and the code of by when.
UNREACHABLE: Mapping[Template, tuple[str, str, str]] = {
    "offer": ("mail_failed", "await_answer", "answer_by"),
    "introduction_clinician": ("introduction_failed", "follow_up", "due_at"),
}

Mails = tuple[PlannedDelivery, ...]


def plan(occasion: Occasion, desk: Desk) -> Mails:
    """The mails that this occasion calls for, each due at once; whether and when one goes, `decide` says."""
    return (
        *_for_the_desk(occasion, desk),
        *_for_the_clock(occasion, desk),
        *_for_clinicians(occasion),
        *_for_a_reader(occasion),
        *_for_the_client(occasion),
    )


TO_ITS_OWNER: Mapping[type[Occasion], Template] = {
    MatchingStopped: "held",
    ColleagueWaits: "professional_notice",
    Introduced: "introduced_notice",
    TakenBack: "withdrawn_notice",
}


def _for_the_desk(occasion: Occasion, desk: Desk) -> Mails:
    """What a coordinator hears of a request."""
    mails: Mails = ()
    match occasion:
        case CliniciansFound(about=about, owner=owner):
            mails = (_to_desk("referral", about, desk.present(owner)),)
        case NobodyFound(about=about, owner=owner, by_hand=False):
            mails = (_to_desk("nobody_fits", about, desk.present(owner)),)
        case MatchingStopped() | ColleagueWaits() | Introduced() | TakenBack():
            template = TO_ITS_OWNER[type(occasion)]
            mails = (_to_desk(template, occasion.about, desk.present(occasion.owner)),)
        case ReadingAskedFor(about=about, language=language):
            mails = (_to_desk("readiness_notice", about, desk.speaker_of(language)),)
        case ReadyToBegin():
            mails = (_ready_notice(occasion, desk),)
        case SetAside(about=about, language=language):
            mails = (_to_desk("quarantine_notice", about, desk.speaker_of(language)),)
        case SafetyRaised(about=about, level="crisis", recipients=told):
            mails = tuple(_alert(about, who) for who in told or desk.on_call[:1])
        case _:
            pass  # somebody else's matter, or a level that the referral mail mentions
    return mails


def _for_the_clock(occasion: Occasion, desk: Desk) -> Mails:
    """What a coordinator hears because it is time, and what anybody hears who opens a link of theirs."""
    match occasion:
        case DutyOverdue(about=about, asked=asked, level=level):
            mail = _to_desk("overdue", about, desk.present(asked))
            key = f"overdue:{about.subject_id}:{about.version}:{level}:{mail.recipient_id}"
            return (replace(mail, dedup_key=key),)
        case DayBegins(about=about, coordinator_id=coordinator_id):
            mail = _to_desk("digest", about, desk.present(coordinator_id))
            return (replace(mail, not_after=about.occurred_at + DIGEST_STANDS_FOR),)
        case ProofNeeded(about=about, role=role, recipient_id=recipient_id, expires_at=expires_at):
            return (_mail("proof_code", about, role, recipient_id, not_after=expires_at),)
        case _:
            return ()


def _for_clinicians(occasion: Occasion) -> Mails:
    match occasion:
        case ClinicianAsked(about=about, clinician_id=clinician_id, offer_id=offer_id, answer_by=answer_by):
            offer = _mail("offer", about, "clinician", clinician_id, not_after=answer_by)
            return (replace(offer, dedup_key=f"offer:{offer_id}:{clinician_id}"),)
        case OfferEnded(about=about, clinician_id=clinician_id):
            return (_mail("offer_ended", about, "clinician", clinician_id),)
        case Introduced(about=about, clinician_id=clinician_id, supervisor_id=None):
            return (_mail("introduction_clinician", about, "clinician", clinician_id),)
        case Introduced(about=about, clinician_id=clinician_id, supervisor_id=str() as supervisor_id):
            return (
                _mail("introduction_clinician", about, "clinician", clinician_id),
                _mail("supervisor_notice", about, "clinician", supervisor_id),
            )
        case _:
            return ()


def _for_a_reader(occasion: Occasion) -> Mails:
    """What somebody gets who reads before they begin."""
    match occasion:
        case ReadingAskedFor(about=about) if occasion.reading_waits:
            return (_answer("acknowledgement", about),)
        case ReadingChosen(about=about):
            return (replace(_news("reading_list", about), immediate=True),)
        case ReadingDue():
            return (_of_the_series(occasion),)
        case _:
            return ()


def _for_the_client(occasion: Occasion) -> Mails:
    """The same news about a request goes once, except for what belongs to one clinician or one moment."""
    mails: Mails = ()
    match occasion:
        case ConsultationCame(about=about, again=again):
            answer = _answer("acknowledgement", about)
            mails = (replace(answer, dedup_key=f"{answer.dedup_key}:{about.version}") if again else answer,)
        case ProfessionalCame(about=about):
            mails = (_answer("professional_acknowledgement", about),)
        case AddressChanged(about=about, person_id=person_id):
            told = _answer("contact_changed", about)
            mails = (replace(told, dedup_key=f"contact_changed:{person_id}:{about.occurred_at.isoformat()}"),)
        case NobodyFound(about=about, outcome=outcome):
            mails = (_news(outcome, about),)
        case Introduced(about=about, offer_id=offer_id):
            mails = (_news("introduction", about, only=offer_id),)
        case StillWaiting(about=about, closes_at=closes_at):
            check_in = _news("waitlist_check_in", about, only=f"{about.subject_id}:{about.version}")
            mails = (replace(check_in, not_after=closes_at),)
        case GoneQuiet(about=about):
            mails = (_news("waitlist_close", about, only=f"{about.subject_id}:{about.version}"),)
        case _:
            pass  # the practice's own matter
    return mails


def plan_instead(
    refused: PlannedDelivery, tried: Container[str], desk: Desk, now: datetime
) -> PlannedDelivery | None:
    """The same mail to the next at the desk who was not tried yet, when one address there refuses it.

    None when nobody is left, and for what is for one reader alone: a client's mail, a clinician's, a code.
    """
    if refused.role in ("client", "clinician") or refused.template == "proof_code":
        return None
    first = desk.on_call if refused.role == "on_call" else (desk.deputy_of(refused.recipient_id), desk.owner)
    in_turn = (*first, *(one.id for one in desk.coordinators))
    untried = [one for one in in_turn if one is not None and desk.knows(one) and one not in tried]
    if not untried:
        return None
    key = f"{refused.dedup_key.removesuffix(':' + refused.recipient_id)}:{untried[0]}"
    return replace(refused, recipient_id=untried[0], due_at=now, dedup_key=key)


def plan_unreachable(refused: PlannedDelivery, desk: Desk, now: datetime) -> PlannedDelivery | None:
    """Word to the referral's owner that a clinician cannot be reached: nobody waits in vain.

    None for what is neither an offer nor an introduction.
    """
    if refused.template not in UNREACHABLE:
        return None
    level, next_action, due = UNREACHABLE[refused.template]
    owner = desk.present(refused.codes["owner"])
    return replace(
        refused,
        template="overdue",
        role="coordinator",
        recipient_id=owner,
        codes={
            "owner": refused.codes["owner"],
            "level": level,
            "next_action": next_action,
            "due_at": refused.codes[due],
            "clinician_id": refused.recipient_id,
        },
        occurred_at=now,
        due_at=now,
        not_after=None,
        dedup_key=f"overdue:{refused.subject_id}:{refused.subject_version}:{level}:{owner}",
    )


def _answer(template: Template, about: About) -> PlannedDelivery:
    """To the writer, whomever they wrote for, at once: it answers what they just did."""
    mail = _news(template, about)
    return replace(mail, immediate=True, not_after=about.occurred_at + ACKNOWLEDGEMENT_STANDS_FOR)


def _news(template: Template, about: About, *, only: str | None = None) -> PlannedDelivery:
    """To the writer, whomever they wrote for: once a request, or once for each `only`."""
    mail = _mail(template, about, "client", about.request_id, not_after=about.occurred_at + NEWS_STANDS_FOR)
    key = f"{template}:{about.request_id}"
    return replace(mail, dedup_key=key if only is None else f"{key}:{only}")


def _of_the_series(due: ReadingDue) -> PlannedDelivery:
    """One mail of a series, once, and never beside the next."""
    about = due.about
    stands_until = about.occurred_at + SERIES_STANDS_FOR
    until = stands_until if due.next_at is None else min(stands_until, due.next_at)
    mail = _mail(due.template, about, "client", about.request_id, not_after=until)
    return replace(mail, due_at=due.due_at, dedup_key=f"readiness:{about.subject_id}:{due.number}")


def _ready_notice(ready: ReadyToBegin, desk: Desk) -> PlannedDelivery:
    """To who owns it, once for each time that somebody is ready; later, for they may tell the rest."""
    about = ready.about
    mail = _to_desk("ready_notice", about, desk.present(ready.owner))
    key = f"ready_notice:{about.request_id}:{ready.reached_at.isoformat()}:{mail.recipient_id}"
    return replace(mail, due_at=ready.reached_at + OWN_WORDS_FIRST, dedup_key=key)


def _alert(about: About, recipient: str) -> PlannedDelivery:
    """To whom intake names, as intake names them, so that both mean the same mail."""
    return replace(_to_desk("safety_alert", about, recipient), role="on_call")


def _to_desk(template: Template, about: About, coordinator_id: str) -> PlannedDelivery:
    """A mail to the practice; it never grows too old to be sent."""
    return _mail(template, about, "coordinator", coordinator_id)


def _mail(
    template: Template, about: About, role: Role, recipient_id: str, *, not_after: datetime | None = None
) -> PlannedDelivery:
    """A mail that goes once for each version of what it is about."""
    return PlannedDelivery(
        template=template,
        role=role,
        recipient_id=recipient_id,
        request_id=about.request_id,
        reference=about.reference,
        subject_id=about.subject_id,
        subject_version=about.version,
        codes=about.codes,
        occurred_at=about.occurred_at,
        due_at=about.occurred_at,
        not_after=not_after,
        dedup_key=f"{template}:{about.subject_id}:{about.version}:{recipient_id}",
        immediate=False,
    )

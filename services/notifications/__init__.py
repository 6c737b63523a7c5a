"""Notifications: every e-mail of the practice.

Owns: deliveries, in codes: to whom, about what, due when, and what came of it. Nothing that is rendered
is kept, and no address; a code that proves a browser is told in its mail and kept nowhere.
Listens to: everything that intake, matching and resources announce, but for changes of the roster.
Asks: ask.intake.contacts and ask.intake.requests, with a purpose, at the moment of sending;
ask.intake.consultations, where a mail is about a call, and every ten minutes to mend what facts did not tell;
ask.matching.clinicians; for a digest ask.matching.open_referrals and ask.intake.duties.
Announces: mail.failed, mail.suppressed; alert.sent, by which intake knows that a crisis was told.
Reads: the mailbox that mails come back to, where one is named; it marks there, and moves or deletes nothing.
Signs: the links in mails that lead to pages of matching, intake and resources, with their link keys.
Never: decides who fits or what is urgent, keeps a person's name or address, tells a clinician a person's
name, sends what `domain.decide` has not allowed, or sends to two people in one envelope.
"""

from shared.contracts.base import Ask
from shared.contracts.intake import ConsultationsAsked, ContactsAsked, DutiesAsked, RequestsAsked
from shared.contracts.matching import CliniciansAsked, OpenReferralsAsked

ASKS: tuple[type[Ask], ...] = (
    CliniciansAsked,
    ConsultationsAsked,
    ContactsAsked,
    DutiesAsked,
    OpenReferralsAsked,
    RequestsAsked,
)

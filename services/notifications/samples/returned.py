"""Every mail about a person whom mail does not reach."""

from collections.abc import Iterator

from services.notifications import drafts
from services.notifications.mails import Mail
from services.notifications.samples.desk import CASE
from shared.contracts.intake import Contact
from shared.practice import Practice

RETURNED = (
    ("bounced", "acknowledgement", CASE),
    ("mailbox_full", "readiness_practice", None),
    ("recipient_refused", "introduction", CASE),
    ("complained", "waitlist_check_in", CASE),
)


def unreachable_to_the_desk(contact: Contact, practice: Practice) -> Iterator[Mail]:
    """With a referral to open, and of somebody who reads first, without one."""
    for why, template, case_url in RETURNED:
        yield drafts.unreachable_notice(contact, practice, why=why, template=template, case_url=case_url)

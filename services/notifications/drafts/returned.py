"""The mail to a coordinator when mail does not reach somebody."""

from services.notifications import words
from services.notifications.describe import coordinator_fields
from services.notifications.drafts.decisions import steps_to
from services.notifications.mails import UnreachableNotice
from shared.contracts.intake import Contact
from shared.practice import Practice

COMPLAINED = "complained"
NOTICE_STEPS = ("read", "open")


def unreachable_notice(
    contact: Contact, practice: Practice, *, why: str, template: str, case_url: str | None
) -> UnreachableNotice:
    """`template`: of the mail that did not arrive. `case_url`: of their referral, where there is one."""
    return UnreachableNotice(
        **coordinator_fields(contact, practice),
        steps=steps_to(case_url, NOTICE_STEPS) if case_url is not None else (),
        what=words.mail_called(template),
        said=words.unreachable(why),
        complained=why == COMPLAINED,
        by_phone=contact.phone is not None,
    )

"""Why mail does not reach somebody and which mail it was, for the coordinator who hears of it."""

from collections.abc import Mapping

from shared.english import spelled

STILL_TRIED = "What is due later is still tried."

UNREACHABLE: Mapping[str, str] = {  # why, and what that means for the mails to come
    "bounced": "Their mail server says that the address does not exist. No more mail goes to it.",
    "mailbox_full": f"Their mailbox is full. {STILL_TRIED}",
    "gave_up": f"Their mail server could not be reached for days. {STILL_TRIED}",
    "content_refused": f"Their mail server did not let it in. {STILL_TRIED}",
    "recipient_refused": f"Their mail server did not take it. {STILL_TRIED}",
    "address_invalid": "No mail can go to the address that they gave. A letter may be wrong or missing.",
    "address_needs_smtputf8": (
        "The address that they gave has letters that many mail servers do not take. No mail goes to it."
    ),
    "complained": (
        "Somebody who reads their mailbox marked it as unwanted. Only answers to what they do themselves, and"
        " mail about a call that they booked, still go there."
    ),
}

MAILS: Mapping[str, str] = {  # what did not arrive, by the template
    "acknowledgement": "the answer to their note",
    "professional_acknowledgement": "the answer to their note",
    "waitlist": "word that they wait for a place",
    "waitlist_check_in": "the question whether they still wait",
    "waitlist_close": "word that their request is closed",
    "referred_out": "word of where else to turn",
    "introduction": "the introduction to their clinician",
    "call_confirmed": "the confirmation of their call",
    "call_moved": "the new time of their call",
    "call_cancelled": "word that their call does not take place",
    "call_reminder": "a reminder of their call",
    "call_missed": "the offer of another call",
    "contact_changed": "word that this address is used from now on",
    "reading_list": "their reading list",
    "readiness_practice": "a practice",
    "readiness_reading": "a short reading",
    "readiness_check_in": "the question whether the readings go on",
}


def unreachable(why: str) -> str:
    """Why mail does not reach them, as sentences."""
    return UNREACHABLE.get(why, f"It did not arrive: {spelled(why)}. {STILL_TRIED}")


def mail_called(template: str) -> str:
    """Which mail it was, in a few words."""
    return MAILS.get(template, spelled(template))

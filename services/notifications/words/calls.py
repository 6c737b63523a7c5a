"""What became of a call, and what to keep in mind about a telephone, for the coordinator who calls."""

from collections.abc import Mapping

from shared.english import spelled

BOOKED = "{who} booked it."
MOVED = "{who} moved it."
HANDED_OVER = "{who} takes this call now."

CANCELLED: Mapping[str, str] = {  # why a call is off; `{who}` is who said so
    "person": "They cancelled it.",
    "coordinator": "{who} cancelled it.",
    "silenced": "They asked to hear nothing more.",
    "withdrawn": "They took their request back.",
    "referral_closed": "Their referral has ended.",
}
DO_NOT_CALL = frozenset({"silenced", "withdrawn"})

UNTOLD: Mapping[str, str] = {  # why no mail tells the person
    "silenced": "No mail goes to them: they asked to hear nothing more.",
    "unsafe_at_home": "No mail about the call goes to them: home is not safe.",
    "no_email": "No mail goes to them: they gave no address.",
    "email_not_ok": "No mail goes to them: they do not want e-mail.",
    "bounced": "No mail reaches them: their address does not exist.",
    "crisis": "Mails to them wait until a person has cleared their request.",
    "held": "Reminders to them wait until their request is released.",
}

BEFORE_A_CALL: Mapping[str, str] = {  # by how urgent their words are
    "elevated": "Some of their words ask for care. Please read their message before you call.",
    "crisis": "Urgent words were found. Please read their message before you call.",
}

VOICEMAIL = "Voicemail is fine."
VOICEMAIL_DISCREET = "Voicemail is fine: your name and our number, and no word of care."
NO_VOICEMAIL = "Leave no voicemail."
SOMEBODY_ELSE = "If somebody else picks up, say only your name."


def cancelled(why: str, who: str) -> str:
    """Why a call is off, as a sentence."""
    return CANCELLED.get(why, f"It was cancelled: {spelled(why)}.").format(who=who)


def voicemail(*, allowed: bool, discreet: bool) -> str:
    """What may be left on their telephone, and said to whoever picks it up."""
    left = (VOICEMAIL_DISCREET if discreet else VOICEMAIL) if allowed else NO_VOICEMAIL
    return f"{left} {SOMEBODY_ELSE}" if discreet else left

"""Codes in the practice's words, for coordinators, in English; and how many, in the language of a mail.

A code that is not known here is spelled out, never an error: the mail about it must still go. The grammar of
reasons and the list of exclusion and hold codes are matching's own, see its `domain`.
"""

from services.notifications.words.calls import (
    BEFORE_A_CALL,
    BOOKED,
    CANCELLED,
    DO_NOT_CALL,
    HANDED_OVER,
    MOVED,
    UNTOLD,
    cancelled,
    voicemail,
)
from services.notifications.words.catalogue import how_many, words_of
from services.notifications.words.clinicians import GAPS, STRENGTHS, gaps, places, reasons
from services.notifications.words.readings import BEGIN
from services.notifications.words.referrals import (
    AFTER,
    AFTER_IN_SHORT,
    CLOSINGS,
    DECLINES,
    HOLDS,
    NEXT_ACTIONS,
    NO_LONGER,
    NONE_FIT,
    RELEASES,
    STAGES,
    STEPS,
    after,
    after_in_short,
    next_action,
    no_longer,
    stage,
)
from services.notifications.words.requests import (
    CONTEXTS,
    FLAGS,
    PATHS,
    QUARANTINE,
    ROLES,
    SAFETY,
    TOPICS,
    label_all,
    role,
    topic,
)
from services.notifications.words.returned import MAILS, UNREACHABLE, mail_called, unreachable
from shared.alerts import SIGNS, sign
from shared.english import listed, number, spelled

__all__ = [
    "AFTER",
    "AFTER_IN_SHORT",
    "BEFORE_A_CALL",
    "BEGIN",
    "BOOKED",
    "CANCELLED",
    "CLOSINGS",
    "CONTEXTS",
    "DECLINES",
    "DO_NOT_CALL",
    "FLAGS",
    "GAPS",
    "HANDED_OVER",
    "HOLDS",
    "MAILS",
    "MOVED",
    "NEXT_ACTIONS",
    "NONE_FIT",
    "NO_LONGER",
    "PATHS",
    "QUARANTINE",
    "RELEASES",
    "ROLES",
    "SAFETY",
    "SIGNS",
    "STAGES",
    "STEPS",
    "STRENGTHS",
    "TOPICS",
    "UNREACHABLE",
    "UNTOLD",
    "after",
    "after_in_short",
    "cancelled",
    "gaps",
    "how_many",
    "label_all",
    "listed",
    "mail_called",
    "next_action",
    "no_longer",
    "number",
    "places",
    "reasons",
    "role",
    "sign",
    "spelled",
    "stage",
    "topic",
    "unreachable",
    "voicemail",
    "words_of",
]

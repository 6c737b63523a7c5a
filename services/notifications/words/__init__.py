"""Codes in the practice's words, for coordinators, in English.

A code that is not known here is spelled out, never an error: the mail about it must still go. The grammar of
reasons and the list of exclusion and hold codes are matching's own, see its `domain`.
"""

from services.notifications.words.clinicians import GAPS, STRENGTHS, gaps, places, reasons
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
    SIGNS,
    TOPICS,
    label_all,
    role,
    sign,
    topic,
)
from shared.english import listed, number, spelled

__all__ = [
    "AFTER",
    "AFTER_IN_SHORT",
    "CLOSINGS",
    "CONTEXTS",
    "DECLINES",
    "FLAGS",
    "GAPS",
    "HOLDS",
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
    "after",
    "after_in_short",
    "gaps",
    "label_all",
    "listed",
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
]

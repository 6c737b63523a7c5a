"""Matching: finds the two or three clinicians who fit, says why, and leaves no referral without an owner.

Owns: the roster and its places, referrals with their owner, next action and due time, candidates and every
reason for a no, the waitlist, digests that were sent, browsers that were proven.
Listens to: consultation requested and withdrawn, scheduled, rescheduled, cancelled, attended and missed,
professional requested, contact changed, safety flagged and cleared, person erased (intake); mail suppressed
and failed (notifications), for who waits and could not be asked.
Asks: ask.intake.words, ask.intake.contacts and ask.intake.requests when somebody opens a page or what was
written, with a purpose; ask.intake.note to keep an inside note; ask.intake.slots, .call, .calendar and
.absence for a coordinator who arranges a call or takes time off.
Announces: every step of a referral, from proposed to completed, cancelled or failed; that one is overdue or
still waits; clinician changed, digest due, proof requested.
Answers: who these clinicians are (`ask.matching.clinicians`), what is open (`ask.matching.open_referrals`).
Mails a code for a page of intake, and checks it (`ask.matching.code`, `ask.matching.digits`).
Reads: the links in mails that notifications signs, with the same keys.

Never does: choose for a person (it proposes, a coordinator confirms); infer who somebody is; propose while
something asks for a person's eyes first; keep a client's name, address or words, or a note about
them; write to anybody.
"""

from shared.contracts.base import Ask
from shared.contracts.intake import (
    AbsenceAsked,
    CalendarAsked,
    CallAsked,
    ContactsAsked,
    NoteOffered,
    RequestsAsked,
    SlotsAsked,
    WordsAsked,
)

ASKS: tuple[type[Ask], ...] = (
    AbsenceAsked,
    CalendarAsked,
    CallAsked,
    ContactsAsked,
    NoteOffered,
    RequestsAsked,
    SlotsAsked,
    WordsAsked,
)

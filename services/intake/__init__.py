"""Intake: takes what people write, keeps it sealed, and judges how urgent it is.

Owns: people, what they wrote, their requests, their contact rules, what the practice noted inside,
quarantine, crises until a named person clears them, the free calls and when coordinators take them, the
record of who read what.
Listens to: referrals that end (a call that has not begun is cancelled) or are open again; people who read
first and are ready; alerts that left.
Asks: matching, to mail a coordinator the code that proves a browser, and to check it.
Announces: consultation requested, withdrawn, scheduled, rescheduled, cancelled, attended, missed and located;
readiness requested and taken up, professional requested, request quarantined, safety flagged, escalated,
acknowledged and cleared, contact changed.
Answers: how a person may be reached, and whether their address has had answers enough for a day
(`ask.intake.contacts`), what a request asked for (`ask.intake.requests`), what a person wrote and what was
noted about it (`ask.intake.words`); each of these is recorded, with its purpose, before it is given. What
waits in intake for a coordinator (`ask.intake.duties`), in codes. Keeps an inside note that it is offered
(`ask.intake.note`). How calls stand (`ask.intake.consultations`), when one could be (`ask.intake.slots`), a
coordinator's weeks (`ask.intake.calendar`); does with a call what a coordinator asks for (`ask.intake.call`),
and keeps when she takes none (`ask.intake.absence`). Where somebody who is ready tells what is still true
(`ask.intake.reopening`).

Never does: let a name, an address or a word leave its database except in a recorded answer; drop a request
that looks like spam; announce a request that is not committed together with its announcement; decide who
treats whom, or write to anybody.
"""

from shared.contracts.base import Ask
from shared.contracts.matching import CodeAsked, DigitsTold

ASKS: tuple[type[Ask], ...] = (CodeAsked, DigitsTold)

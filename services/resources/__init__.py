"""Resources: something gentle to read for somebody who is not ready to begin, at their own pace.

Owns: readiness journeys: the opt-in, the reading list, the practices and short readings after it, one a mail
in the person's morning; pauses, pace, *ready* and every end; why each item was or was not chosen, and every
refusal; the pages by which a person steers theirs. The codes that this is chosen by are kept while a journey
goes on, or a crisis waits, and no longer.
Listens to: readiness requested, consultation requested, contact changed, safety flagged, safety cleared,
person erased, consultation scheduled, rescheduled, cancelled, attended, missed (intake); referral accepted,
rejected, reopened, cancelled, failed, completed (matching); mail failed, mail suppressed (notifications).
Asks: intake, where somebody who is ready tells what is still true.
Announces: reading list prepared; readiness step due, paused, reached, stopped.
The reading catalogue is the practice's own file, `resources.yaml`, read at start.

Never does: write to anybody (notifications does, and decides whether it is safe); send anything that was not
asked for, or the same thing twice, or two things at once; give anybody in crisis a list before a named
person cleared it; know a name, an address or a word that somebody wrote; hurry anybody; change anything
because a link was opened; start again by itself once somebody stopped it or asked for silence.
"""

from shared.contracts.base import Ask
from shared.contracts.intake import ReopeningAsked

ASKS: tuple[type[Ask], ...] = (ReopeningAsked,)

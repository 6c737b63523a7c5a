"""Intake: takes what people write, keeps it sealed, and judges how urgent it is.

Owns: people, what they wrote, their requests, their contact rules, what the practice noted inside,
quarantine, crises until a named person clears them, the record of who read what.
Listens to: nobody yet.
Asks: nobody.
Announces: consultation requested, readiness requested, professional requested, request quarantined, safety
flagged, safety cleared, contact changed.
Answers: how a person may be reached, and whether their address has had answers enough for a day
(`ask.intake.contacts`), what a request asked for (`ask.intake.requests`), what a person wrote and what was
noted about it (`ask.intake.words`); each of these is recorded, with its purpose, before it is given. What
waits in intake for a coordinator (`ask.intake.duties`), in codes. Keeps an inside note that it is offered
(`ask.intake.note`).

Never does: let a name, an address or a word leave its database except in a recorded answer; drop a request
that looks like spam; announce a request that is not committed together with its announcement; decide who
treats whom, or write to anybody.
"""

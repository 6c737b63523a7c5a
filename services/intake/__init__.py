"""Intake: takes what people write, keeps it sealed, and judges how urgent it is.

Owns: people, what they wrote, their requests, their contact rules, quarantine, the record of who read what.
Listens to: nobody yet.
Asks: nobody.
Announces: consultation requested, readiness requested, request quarantined, safety flagged, contact
changed.
Answers: how a person may be reached (`ask.intake.contacts`), what a request asked for
(`ask.intake.requests`); each answer is recorded, with its purpose, before it is given.

Never does: let a name, an address or a word leave its database except in a recorded answer; drop a request
that looks like spam; announce a request that is not committed together with its announcement; decide who
treats whom, or write to anybody.
"""

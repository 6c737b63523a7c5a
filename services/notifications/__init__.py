"""Notifications: every e-mail of the practice.

Owns: deliveries, in codes: to whom, about what, due when, and what came of it. Nothing that is rendered
is kept, and no address.
Listens to: consultation.requested and .withdrawn, readiness.requested, request.quarantined, safety.flagged
and contact.changed of intake; referral.proposed, .waitlisted, .held, .referred_out and .cancelled of
matching; reading_list.prepared of resources.
Asks: ask.intake.contacts and ask.intake.requests, with a purpose, at the moment of sending;
ask.matching.clinicians.
Announces: mail.failed, mail.suppressed.
Never: decides who fits or what is urgent, keeps a person's name or address, sends what `domain.decide` has
not allowed, or sends to two people in one envelope.
"""

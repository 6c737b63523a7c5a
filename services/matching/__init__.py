"""Matching: finds the two or three clinicians who fit, says why, and leaves no referral without an owner.

Owns: the roster, referrals with their owner, next action and due time, candidates and every reason for a no.
Listens to: consultation requested, consultation withdrawn (intake).
Asks: nobody yet.
Announces: referral proposed, waitlisted, held, referred out, cancelled.
Answers: who these clinicians are (`ask.matching.clinicians`).

Never does: choose for a person (it proposes, a coordinator confirms); infer who somebody is; propose while
something asks for a person's eyes first; know a client's name, address or words; write to anybody.
"""

"""Pure decisions of matching, a module a verb.

    hold.py      must a person look first?            -> hold code, or None
    exclude.py   why this clinician cannot be offered -> exclusion codes
    score.py     how well one who can be offered fits -> 0 to 1, with reason codes
    propose.py   the three together                   -> Proposed | NobodyFits | Held
    refer.py     an outcome becomes a referral with an owner, a next action and a due time
    availability.py  whether a clinician is there for somebody new, and how that is changed
    compare.py   how one roster differs from another, for a person to read
    replay.py    what other rules would have decided
    wording.py   codes as plain English, for operators

Time arrives as a value, chance does not enter, and the order of the roster means nothing.
"""

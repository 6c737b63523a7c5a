"""Pure decisions of matching, a module a verb. `types.py` and `referral.py` are what they are made of.

Who is proposed:

    hold.py      must a person look first?            -> hold code, or None
    exclude.py   why this clinician cannot be offered -> exclusion codes
    score.py     how well one who can be offered fits -> 0 to 1, with reason codes
    propose.py   the three together                   -> Proposed | NobodyFits | Held | Opened
    waitlist.py  who of those waiting is offered a place that freed
    replay.py    what other rules would have decided

How a referral goes on:

    life.py      its stages, and which act is allowed at which
    refer.py     an outcome becomes a referral with an owner, a next action and a due time
    act.py       what a coordinator, a clinician or the person does with it -> Moved | Refused
    settle.py    what an act leads to that nobody has undone
    follow.py    what follows by itself: time passes, intake has news, a place frees
    call.py      what the free call makes due
    change.py    what every change is made with
    announce.py  the facts that tell of it

Beside them:

    availability.py  whether a clinician is there for somebody new, and how that is changed
    compare.py       how one roster differs from another, for a person to read
    digest.py        when a working day's digest is due
    wording.py       codes as plain English, for operators and coordinators

Time arrives as a value, chance does not enter, and the order of the roster means nothing.
"""

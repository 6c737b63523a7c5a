"""Pure decisions of resources over frozen types; time arrives as a value, nothing is read or written.

What somebody is given:

    request.py   who asked, in codes, and what is known beside that
    fitting.py   whether an item fits a reader             -> reason codes, or why not
    choosing.py  the reading list                          -> Prepared | Withheld
    series.py    the practices and short readings after it -> Series
    watching.py  who looks where nothing is sent

How a journey goes:

    journey.py   its states, and what a change of it is made of
    coming.py    what comes next of it, after which gap
    mornings.py  when that is, on the person's own wall clock
    going.py     how it begins, and goes on by itself
    acting.py    what the person does with it
    resting.py   pauses: their own, and those for a call or a clinician
    ending.py    reached, stopped, over
    telling.py   the facts that tell of it
    seen.py      what the person sees of it
"""

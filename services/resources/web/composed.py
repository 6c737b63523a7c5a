"""Messages whose keys are put together while a page is made, from a code: so that extraction finds them.

A new code needs its line here, and `make messages` then its sentences.
"""

from shared.language import message

COMPOSED = (
    message("asked.heading"),
    message("asked.lead"),
    message("coming.check_in"),
    message("coming.end"),
    message("coming.practice"),
    message("coming.reading"),
    message("ended.heading"),
    message("ended.lead"),
    message("item.how"),
    message("item.when_not"),
    message("item.why"),
    message("on_hold.heading"),
    message("on_hold.lead"),
    message("pace.as_planned"),
    message("pace.button_as_planned"),
    message("pace.button_slower"),
    message("pace.slower"),
    message("press.pace"),
    message("press.pause"),
    message("press.ready"),
    message("press.resume"),
    message("press.stop"),
    message("reached.heading"),
    message("reached.lead"),
    message("refused.broken"),
    message("refused.method"),
    message("refused.too_many"),
    message("refused.unread"),
    message("resting.heading"),
    message("resting.lead"),
    message("running.heading"),
    message("stopped.heading"),
    message("stopped.lead"),
)

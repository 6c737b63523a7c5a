"""Every error of the house answers one question: what happens next?

    PracticeError
    ├── Retryable      wait, then try again: a database, the broker or a mail server is not there now
    ├── Rejected       the sender's fault: park the message, tell a person; trying again cannot help
    ├── Defect         ours: park the message, page somebody; the code must change
    └── Misconfigured  the operator's: stop the start and say what to do

Refusals of the practice ("quiet hours", "nobody fits") are answers, not errors; see each `domain`.
"""


class PracticeError(Exception):
    """Something the practice's software could not do."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class Retryable(PracticeError):
    """What is needed is not there at the moment; the same work may succeed later."""


class Rejected(PracticeError):
    """The message can never be handled as it is."""


class Defect(PracticeError):
    """Our own code broke a promise."""


class Misconfigured(PracticeError):
    """A setting is missing or wrong; the message says which, and what to do."""

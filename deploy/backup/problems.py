"""What can go wrong with a backup, by what happens next."""

from shared.errors import Rejected, Retryable


class NotBackedUp(Retryable):
    """There is no new backup; what was there before is as it was."""


class NotCopied(Retryable):
    """The backup is there, but not where its copy belongs."""


class Damaged(Rejected):
    """The file is not the backup that was made."""

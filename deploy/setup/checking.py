"""What is wrong with an operator's folder: lost, empty, open to others, at odds, about to end."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from deploy.setup import agreement, files, tls_looks
from deploy.setup.finding import Finding
from deploy.setup.folder import Folder, looked_at

Look = Callable[[Folder], Iterator[Finding]]


def findings(root: Path, *, now: datetime) -> Sequence[Finding]:
    """Everything wrong with the folder; nothing is changed, and no secret's value is told.

    Raises Misconfigured when it is no folder of `practice init`, or another user's.
    """
    looks: tuple[Look, ...] = (
        files.missing,
        files.damaged,
        files.open_to_others,
        files.closed_to_containers,
        agreement.compose,
        agreement.databases,
        partial(agreement.broker, now=now),
        agreement.websites,
        partial(agreement.mail, now=now),
        partial(agreement.backups, now=now),
        tls_looks.unreadable,
        partial(tls_looks.certificates, now=now),
    )
    folder = looked_at(root)
    return [finding for look in looks for finding in look(folder)]

"""To a coordinator: mail does not reach somebody."""

from dataclasses import dataclass
from typing import ClassVar

from services.notifications.mails.desk import CoordinatorMail


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreachableNotice(CoordinatorMail):
    """What did not arrive, why, and what that means for the mails to come; somebody reaches them otherwise.

    `complained`: it did arrive, and was called unwanted. `by_phone`: they gave a number.
    """

    template: ClassVar[str] = "unreachable_notice"

    what: str
    said: str
    complained: bool
    by_phone: bool

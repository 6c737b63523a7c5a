"""A request no longer stands: its referral ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ongoing:
    """An open referral as it stands."""

    referral_id: str
    request_id: str
    reference: str
    person_id: str
    version: int


@dataclass(frozen=True, slots=True)
class Cancelled:
    """A referral that has ended, at its new version."""

    referral_id: str
    request_id: str
    reference: str
    person_id: str
    version: int
    why: str


def cancel(ongoing: Sequence[Ongoing], reasons: Mapping[str, str]) -> list[Cancelled]:
    """Each of these referrals ended; `reasons` by request id."""
    return [
        Cancelled(
            referral_id=each.referral_id,
            request_id=each.request_id,
            reference=each.reference,
            person_id=each.person_id,
            version=each.version + 1,
            why=reasons[each.request_id],
        )
        for each in ongoing
    ]

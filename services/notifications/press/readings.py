"""Mails to somebody who reads before they begin, and the headers by which their mail program stops them."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from services.notifications import drafts
from services.notifications.domain.delivery import READINGS, Template
from services.notifications.mails import Mail
from services.notifications.press.calls import contact_url
from services.notifications.press.job import Job, Stock
from shared.errors import Defect
from shared.practice.catalogue import ReadinessPractice, Reading

Item = TypeVar("Item", ReadinessPractice, Reading)


def of_a_series(stock: Stock, job: Job) -> Mail:
    """What comes by itself, or the list that it begins with."""
    return MAILS[job.delivery.plan.template](stock, job)


def unsubscribing(stock: Stock, job: Job) -> Mapping[str, str]:
    """List-Unsubscribe (RFC 2369) of one click (RFC 8058) on these mails, and nothing on any other."""
    if job.delivery.plan.template not in READINGS:
        return {}
    return {
        "List-Unsubscribe": f"<{_series_url(stock, job)}/stop>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _list(stock: Stock, job: Job) -> Mail:
    """A list that was chosen before series were begun says nothing of one, and none follows it."""
    return drafts.reading_list(
        stock.practice,
        stock.catalogue,
        _series(stock, job),
        items=job.codes["items"],
        practices=job.codes.get("practices", 0),
    )


def _practice(stock: Stock, job: Job) -> Mail:
    item = stock.catalogue.practice(job.codes["item"])
    return drafts.readiness_practice(
        stock.practice,
        _known(item),
        _series(stock, job),
        number=job.codes["number"],
        left=job.codes["left"],
    )


def _reading(stock: Stock, job: Job) -> Mail:
    item = stock.catalogue.reading(job.codes["item"])
    return drafts.readiness_reading(
        stock.practice,
        _known(item),
        _series(stock, job),
        number=job.codes["number"],
        left=job.codes["left"],
    )


def _check_in(stock: Stock, job: Job) -> Mail:
    return drafts.readiness_check_in(stock.practice, _series(stock, job))


MAILS: Mapping[Template, Callable[[Stock, Job], Mail]] = {
    "reading_list": _list,
    "readiness_practice": _practice,
    "readiness_reading": _reading,
    "readiness_check_in": _check_in,
}


def _known(item: Item | None) -> Item:
    """Raises Defect when the catalogue has it no longer: an operator puts it back, and tries again."""
    if item is None:
        raise Defect("the catalogue has no item of that code")
    return item


def _series(stock: Stock, job: Job) -> drafts.TheirSeries:
    return drafts.TheirSeries(
        contact=job.contact,
        series_url=_series_url(stock, job),
        contact_url=contact_url(stock, job),
        next_at=job.at("next_at") if job.codes.get("next_at") is not None else None,
    )


def _series_url(stock: Stock, job: Job) -> str:
    return stock.doors.readiness(job.contact.person_id, job.delivery.plan.subject_id, job.now)

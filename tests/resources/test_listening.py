"""What others announce, in any order and twice: calls and referrals of one address, crises, failed mails."""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest

from services.resources import operations, storage
from services.resources.domain.request import News
from services.resources.domain.seen import Seen
from shared.contracts.resources import ReadinessPaused
from tests.conftest import TestClock
from tests.resources.builders import (
    NOW,
    a_consultation_request,
    a_readiness_request,
    call,
    cleared,
    erased,
    failed,
    flagged,
    not_sent,
    referral,
    silence,
)
from tests.resources.house import Resources
from tests.resources.journeys import DAY, la

SOON = NOW + DAY
OF_THE_OTHER = a_consultation_request(2, same_address=("req-1",))


async def hear(resources: Resources, *facts: Any, at: Any = SOON) -> None:
    for fact in facts:
        await resources.hear_all([fact], at=at)


async def seen(resources: Resources, number: int = 1) -> Seen:
    found = await resources.acts.view(await resources.journey_id(number), SOON)
    assert found is not None
    return found


async def stands(resources: Resources, number: int = 1) -> tuple[str, str | None]:
    journey = await seen(resources, number)
    return journey.state, journey.why


@pytest.mark.parametrize("what", ["scheduled", "rescheduled", "attended"])
@pytest.mark.parametrize("number", [1, 2])
async def test_a_call_of_the_same_address_pauses_a_journey_without_an_end(
    what: str, number: int, resources: Resources
) -> None:
    await hear(resources, a_readiness_request(1), OF_THE_OTHER)

    await hear(resources, call(what, number, at=SOON), call(what, number, at=SOON))

    assert await stands(resources) == ("paused", "booked")
    [paused] = await resources.steps()
    assert isinstance(paused, ReadinessPaused)
    assert (paused.why, paused.until, paused.paused_at) == ("booked", None, SOON)
    await resources.look(NOW + 300 * DAY)
    assert len(await resources.steps()) == 1


@pytest.mark.parametrize(("begins", "ends"), [("scheduled", "cancelled"), ("rescheduled", "missed")])
async def test_what_a_call_paused_goes_on_when_it_comes_to_nothing(
    begins: str, ends: str, resources: Resources
) -> None:
    await hear(resources, a_readiness_request(1), OF_THE_OTHER, call(begins, 2))

    await hear(resources, call(ends, 2, version=2), at=NOW + 10 * DAY)

    assert await stands(resources) == ("running", None)
    assert (await seen(resources)).next_at == la(2026, 12, 4)


@pytest.mark.parametrize("ends", ["rejected", "reopened", "cancelled", "failed"])
async def test_what_a_clinician_s_yes_paused_goes_on_when_it_comes_to_nothing(
    ends: str, resources: Resources
) -> None:
    await hear(resources, a_readiness_request(1), OF_THE_OTHER, referral("accepted", 2))
    assert await stands(resources) == ("paused", "in_care")

    await hear(resources, referral(ends, 2, version=2))

    assert (await seen(resources)).next_at == la(2026, 12, 1)


async def test_care_that_begins_ends_the_readings_for_good(resources: Resources) -> None:
    await hear(resources, a_readiness_request(1), OF_THE_OTHER, referral("accepted", 2))
    await hear(resources, referral("completed", 2, at=SOON, version=2), referral("reopened", 2, version=3))

    assert await stands(resources) == ("stopped", "in_care")


async def test_of_two_that_hold_it_the_last_one_lets_it_go(resources: Resources) -> None:
    await hear(resources, a_readiness_request(1), OF_THE_OTHER, call("scheduled", 1), call("scheduled", 2))
    await hear(resources, call("cancelled", 2, version=2))
    assert await stands(resources) == ("paused", "booked")
    await hear(resources, referral("accepted", 2), call("cancelled", 1, version=2))
    assert await stands(resources) == ("paused", "in_care")
    await hear(resources, referral("rejected", 2, version=2))

    assert await stands(resources) == ("running", None)


FAMILY: Sequence[Any] = (
    a_readiness_request(1, same_address=()),
    OF_THE_OTHER,
    call("scheduled", 2),
    referral("accepted", 2),
)


@pytest.mark.parametrize("order", tuple(permutations(range(4))))
async def test_in_whatever_order_it_is_heard_the_journey_rests_in_the_end(
    order: tuple[int, ...], resources: Resources
) -> None:
    await hear(resources, *(FAMILY[index] for index in order))

    assert await stands(resources) == ("paused", "in_care")
    await hear(resources, referral("cancelled", 2, version=2), call("cancelled", 2, version=2))
    assert await stands(resources) == ("running", None)


async def test_kin_told_by_the_opt_in_counts_like_kin_told_by_the_other(resources: Resources) -> None:
    await hear(resources, call("scheduled", 2), a_readiness_request(1, same_address=("req-2", "req-3")))

    assert await stands(resources) == ("paused", "booked")


async def test_what_is_older_than_what_is_known_changes_nothing(resources: Resources) -> None:
    await hear(resources, a_readiness_request(1), call("cancelled", 1, version=2), call("scheduled", 1))
    await hear(resources, referral("failed", 1, version=5), referral("accepted", 1, version=4))

    assert await stands(resources) == ("running", None)
    assert await resources.steps() == []


async def test_strangers_hold_nobody(resources: Resources) -> None:
    await hear(resources, a_readiness_request(1), a_readiness_request(3), OF_THE_OTHER, call("scheduled", 2))

    assert await stands(resources, 3) == ("running", None)


@pytest.mark.parametrize("number", [1, 2])
async def test_words_of_crisis_end_the_journeys_of_their_address(number: int, resources: Resources) -> None:
    await hear(resources, a_readiness_request(1), OF_THE_OTHER, flagged(number), flagged(number))
    await hear(resources, cleared(number))

    assert await stands(resources) == ("stopped", "safety")
    assert [each.why for each in await resources.steps()] == ["safety"]


async def test_an_elevated_worry_ends_nothing(resources: Resources) -> None:
    await hear(resources, a_readiness_request(1), flagged(1, level="elevated"))

    assert await stands(resources) == ("running", None)


async def test_words_of_crisis_that_come_before_their_request_keep_the_list_back(
    resources: Resources,
) -> None:
    await hear(resources, flagged(1), a_readiness_request(1))
    assert await resources.told() == []

    await hear(resources, cleared(1), flagged(1))

    assert await stands(resources) == ("running", None)


@pytest.mark.parametrize("template", ["readiness_practice", "readiness_reading", "readiness_check_in"])
@pytest.mark.parametrize(
    "why",
    [
        "bounced",
        "complained",
        "recipient_refused",
        "email_not_ok",
        "no_email",
        "unsafe_at_home",
        "unknown_person",
    ],
)
@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_series_that_cannot_arrive_ends(template: str, why: str, resources: Resources) -> None:
    await hear(resources, a_readiness_request(1), a_readiness_request(2))
    await hear(resources, not_sent(template, why), failed(template, why))

    assert await stands(resources) == ("stopped", "unreachable")
    assert await stands(resources, 2) == ("running", None)
    assert len(await resources.steps()) == 1


async def test_a_mail_that_was_only_late_ends_nothing(resources: Resources) -> None:
    await hear(resources, a_readiness_request(1))
    await hear(resources, not_sent("readiness_practice", "expired"), failed("reading_list", "bounced"))
    await hear(resources, not_sent("readiness_practice", "quiet_hours"))

    assert await stands(resources) == ("running", None)


async def test_an_erasure_heard_before_its_request_leaves_no_ghost(resources: Resources) -> None:
    await hear(resources, erased(1, 2), a_readiness_request(1), call("scheduled", 1))

    assert await resources.told() == []


async def test_what_a_call_of_somebody_erased_held_goes_on(resources: Resources) -> None:
    await hear(resources, a_readiness_request(1), OF_THE_OTHER, call("scheduled", 2))

    await hear(resources, erased(2))

    assert await stands(resources) == ("running", None)


async def test_that_somebody_was_erased_is_never_forgotten(resources: Resources, clock: TestClock) -> None:
    await hear(resources, erased(1))
    clock.now = NOW + 4000 * DAY
    await resources.keep_no_longer(clock())
    await hear(resources, a_readiness_request(1), at=clock())

    assert await resources.told() == []


async def test_many_facts_at_once_each_count_for_their_own(resources: Resources) -> None:
    numbers = range(1, 65)
    await resources.hear(*(a_readiness_request(each) for each in numbers))
    await resources.hear_all([call("scheduled", each) for each in numbers if each % 2], at=SOON)
    await resources.hear_all([erased(each) for each in numbers if each % 8 == 0], at=SOON)

    told = await resources.steps()
    assert sorted(each.request_id for each in told if isinstance(each, ReadinessPaused)) == sorted(
        f"req-{each}" for each in numbers if each % 2
    )
    assert await operations.has_forgotten(resources.database, [f"req-{each}" for each in range(8, 65, 8)])
    assert not await operations.has_forgotten(resources.database, ["req-7"])


async def test_of_what_is_heard_together_the_latest_counts(resources: Resources) -> None:
    await hear(resources, a_readiness_request(1))

    await resources.hear_all([referral("cancelled", version=3), referral("cancelled", version=2)], at=SOON)
    both = [call("scheduled", version=2, at=SOON), call("scheduled", version=1)]
    await resources.hear_all(both, at=SOON)

    async with resources.database.reading() as tx:
        [news] = (await storage.load_news(tx, ["req-1"])).values()
    assert news.call is not None
    assert news.call.at == SOON


async def test_of_somebody_erased_nothing_that_is_said_later_is_kept(resources: Resources) -> None:
    await hear(resources, a_readiness_request(1), erased(1))

    await hear(resources, silence(1), call("scheduled", 1), referral("accepted", 1), flagged(1))

    async with resources.database.reading() as tx:
        [news] = (await storage.load_news(tx, ["req-1"])).values()
    assert news == News(erased=True)


async def test_a_zone_that_nobody_knows_is_the_practices(resources: Resources) -> None:
    await hear(resources, a_readiness_request(1, time_zone="Mars/Phobos"), at=NOW)

    journey = await seen(resources)
    assert (journey.time_zone, journey.next_at) == ("America/Los_Angeles", la(2026, 11, 30))

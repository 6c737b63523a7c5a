"""Violence between partners: nothing joint is proposed, and a release lets the writer alone go on."""

import pytest

from services.matching.domain.apart import TOGETHER, Work
from services.matching.domain.propose import propose
from services.matching.domain.referral import Referral
from services.matching.domain.types import Proposed
from shared.database import Database
from tests.matching.builders import FACTS, POLICY, TODAY, a_clinician, a_request, a_roster
from tests.matching.loop import DANA, Loop

VIOLENCE = {"flags": ("partner_violence",)}
HOME_TOO = {"flags": ("danger_at_home", "partner_violence")}


@pytest.fixture
def loop(with_three: Database) -> Loop:
    return Loop(with_three)


async def released(loop: Loop, work: Work | None = None, **said: object) -> Referral:
    referral_id = await loop.request(1, unit="couple", concerns=("grief_loss", "couples"), **said)
    held = await loop.get(referral_id)
    assert held.stage == "held"
    how = {} if work is None else {"work": work}
    await loop.acts.release(referral_id, DANA, held.version, "spoken_with", **how)
    await loop.pass_time()
    return await loop.get(referral_id)


@pytest.mark.parametrize("said", [VIOLENCE, HOME_TOO], ids=["violence", "home-too"])
async def test_a_couple_with_violence_goes_on_for_the_writer_alone(
    loop: Loop, said: dict[str, object]
) -> None:
    request = (await released(loop, **said)).request

    assert (request.unit, request.concerns, request.apart) == ("individual", ("grief_loss",), True)


async def test_joint_work_goes_on_where_a_coordinator_says_so(loop: Loop) -> None:
    request = (await released(loop, TOGETHER, **VIOLENCE)).request

    assert (request.unit, request.concerns, request.apart) == ("couple", ("grief_loss", "couples"), False)


async def test_a_couple_released_for_another_reason_stays_a_couple(loop: Loop) -> None:
    request = (await released(loop, flags=("danger_at_home",))).request

    assert (request.unit, request.apart) == ("couple", False)


async def test_a_guess_that_they_would_like_joint_work_proposes_nobody_for_it() -> None:
    strong = a_clinician("c-couples", specialties={"couples": 3, "grief_loss": 1})
    request = a_request(flags={"partner_violence"}, suggested=("couples", "grief_loss"))

    outcome = propose(request, a_roster(strong), {}, POLICY, FACTS, today=TODAY)

    assert isinstance(outcome, Proposed)
    assert "suggested:grief_loss:1" in outcome.candidates[0].reasons
    assert "suggested:couples:3" not in outcome.candidates[0].reasons

"""The doors of a journey against their own description: every answer as documented, none a 5xx."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema

from shared.errors import Retryable
from shared.pages.knock import FORM
from tests.browser.readiness_site import Site, readiness_served
from tests.described import CHECKS

CASES = 4
ACTS = ("stop", "pause", "resume", "pace", "keep", "ready")
DOORS = [
    *(("GET", f"/readiness/{{token}}{below}") for below in ("", "/books", *(f"/{act}" for act in ACTS))),
    *(("GET", f"/readiness/{{token}}/{kind}/{{which}}") for kind in ("practice", "reading")),
    *(("POST", f"/readiness/{{token}}/{act}") for act in ACTS),
]
LIVES = ("running", "resting", "held", "asked", "stopped", "reached", "kept")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The doors on a port, with a journey in every state."""
    with readiness_served(tmp_path_factory.mktemp("described") / "resources.db") as site:
        yield site


@pytest.fixture(scope="module")
def described(site: Site) -> BaseSchema:
    """What the service says of these doors."""
    return schemathesis.openapi.from_url(f"{site.url}/openapi.json")


def test_every_door_is_described(described: BaseSchema) -> None:
    found = [each.ok() for each in described.get_all_operations()]

    assert {(door.method.upper(), door.path) for door in found} == set(DOORS)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), DOORS)
def test_every_answer_is_as_described(
    described: BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    answers: Counter[int] = Counter()

    @given(case=described[path][method].as_strategy(generation_mode=mode))
    @bounded(CASES)
    def knock(case: Case[Any]) -> None:
        answers[case.call_and_validate(checks=CHECKS, allow_redirects=False).status_code] += 1

    knock()
    assert answers.total() > 0


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("method", "path"), DOORS)
def test_behind_a_good_link_every_answer_is_as_described_too(
    site: Site, described: BaseSchema, method: str, path: str
) -> None:
    answers: Counter[int] = Counter()
    tokens = [site.links[life].rpartition("/")[2] for life in LIVES]

    @given(case=described[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    @bounded(2 * len(LIVES))
    def knock(case: Case[Any]) -> None:
        case.path_parameters["token"] = tokens[answers.total() % len(tokens)]
        if "which" in case.path_parameters:
            case.path_parameters["which"] = "8" if "/reading/" in path else "1"
        answers[case.call_and_validate(checks=CHECKS, allow_redirects=False).status_code] += 1

    knock()
    assert answers[200] + answers[303] + answers[422] > 0, answers


def test_ready_is_answered_as_described_while_intake_is_away(site: Site, described: BaseSchema) -> None:
    site.house.intake.trouble = Retryable
    case = described["/readiness/{token}/ready"]["POST"].Case(media_type=FORM, body={})
    case.path_parameters = {"token": site.links["reached"].rpartition("/")[2]}

    answer = case.call_and_validate(checks=CHECKS, allow_redirects=False)

    assert answer.status_code == 200


def bounded(cases: int) -> settings:
    """So many cases, the same ones in every run."""
    return settings(
        max_examples=cases,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

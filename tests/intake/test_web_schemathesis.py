"""The doors against their own description: 2,000 made-up requests, every answer as documented, none a 5xx."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from requests.structures import CaseInsensitiveDict
from schemathesis import Case, GenerationMode
from schemathesis.schemas import BaseSchema

from shared.clock import utc_now
from shared.tokens import Links
from tests.described import CHECKS
from tests.intake.webevents import signed_headers
from tests.intake.webhouse import LINK_KEY, a_reading_request, a_request, served

CASES = 2000
A_READER: dict[str, Any] = {
    "name": "Sam Rivera",
    "email": "sam@example.org",
    "state": "CA",
    "language": "en",
    "time_zone": None,
    "concerns": [],
    "context": [],
    "opt_in": True,
}
A_PERSON: dict[str, Any] = {**A_READER, "age": 34, "for": "self", "unit": None, "preferences": {}}
A_COLLEAGUE: dict[str, Any] = {
    "name": "Kim Ode",
    "email": "kim@example.org",
    "state": None,
    "language": "en",
    "topic": "supervision",
    "role": "therapist",
}
BEHIND_A_LINK = [  # and the purpose of the link that opens the door
    *(("GET", f"/book/{{token}}{below}", "book") for below in ("", "/book", "/cancel", "/where")),
    *(("POST", f"/book/{{token}}{below}", "book") for below in ("/book", "/cancel", "/where")),
    *(("GET", f"/contact/{{token}}{below}", "contact") for below in ("", "/stop", "/allow", "/withdraw")),
    *(("POST", f"/contact/{{token}}{below}", "contact") for below in ("", "/stop", "/allow", "/withdraw")),
    *(("GET", f"/begin/{{token}}{below}", "begin") for below in ("", "/not-now")),
    *(("POST", f"/begin/{{token}}{below}", "begin") for below in ("", "/not-now", "/code", "/prove")),
    ("GET", "/safety/{token}", "safety"),
    *(
        ("POST", f"/safety/{{token}}{below}", "safety")
        for below in ("/acknowledge", "/read", "/clear", "/code", "/prove")
    ),
]
DOORS = {
    ("GET", "/"): 0.05,
    ("GET", "/v1/thank-you"): 0.05,
    ("GET", "/v1/options"): 0.01,
    ("GET", "/v1/consultation-requests/{id}"): 0.09,
    ("POST", "/v1/consultation-requests"): 0.2,
    ("POST", "/v1/readiness-requests"): 0.1,
    ("POST", "/v1/professional-requests"): 0.1,
    ("POST", "/v1/events"): 0.05,
    **dict.fromkeys(((method, path) for method, path, _ in BEHIND_A_LINK), 0.01),
}  # and the share of all cases that knock there


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """The description of doors that stand open on a port, over a database of their own."""
    with served(tmp_path_factory.mktemp("described") / "intake.db") as url:
        yield schemathesis.openapi.from_url(f"{url}/openapi.json")


def test_every_door_is_described(described: BaseSchema) -> None:
    found = [each.ok() for each in described.get_all_operations()]

    assert {(door.method.upper(), door.path) for door in found} == DOORS.keys()


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), [door for door in DOORS if door[1] != "/v1/options"])
def test_every_answer_is_as_described(
    described: BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    answers: Counter[int] = Counter()

    @given(case=described[path][method].as_strategy(generation_mode=mode))
    @bounded(CASES * DOORS[method, path] / 2)
    def knock(case: Case) -> None:
        answers[case.call_and_validate(checks=CHECKS).status_code] += 1

    knock()
    assert answers.total() > 0


@pytest.fixture(scope="module")
def links(described: BaseSchema) -> dict[str, str]:
    """Good tokens of somebody who has just written, by their purpose."""
    signer = Links([LINK_KEY])
    door = described.get_base_url().rstrip("/") + "/v1/consultation-requests"
    kept = httpx.post(door, json=a_request()).json()
    booking = kept["booking_url"].rpartition("/")[2]
    link = signer.read(booking, "book", utc_now())
    assert link
    contact = signer.sign("contact", link.recipient, link.subject, utc_now(), timedelta(hours=1))
    crisis = signer.sign("safety", "coordinator:dana", link.subject, utc_now(), timedelta(hours=1))
    return {"book": booking, "contact": contact, "begin": _begin(described, signer), "safety": crisis}


def _begin(described: BaseSchema, signer: Links) -> str:
    """The token of somebody who asked for something to read, and is ready."""
    door = described.get_base_url().rstrip("/") + "/v1/readiness-requests"
    kept = httpx.post(door, json=a_reading_request()).json()
    status = signer.read(kept["status_url"].rpartition("=")[2], "status", utc_now())
    assert status
    return signer.sign("begin", f"person:{status.recipient}", kept["id"], utc_now(), timedelta(hours=1))


@pytest.mark.timeout(600)
@pytest.mark.parametrize(("method", "path", "purpose"), BEHIND_A_LINK)
def test_behind_a_good_link_every_answer_is_as_described_too(
    described: BaseSchema, links: dict[str, str], method: str, path: str, purpose: str
) -> None:
    answers: Counter[int] = Counter()

    @given(case=described[path][method].as_strategy(generation_mode=GenerationMode.POSITIVE))
    @bounded(CASES * 0.01)
    def knock(case: Case) -> None:
        case.path_parameters["token"] = links[purpose]
        answer = case.call_and_validate(checks=CHECKS, allow_redirects=False)
        answers[answer.status_code] += 1

    knock()
    assert answers.total() > 0
    assert answers[404] == 0, answers


def test_options_are_as_described(described: BaseSchema) -> None:
    described["/v1/options"]["GET"].Case().call_and_validate(checks=CHECKS)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("/v1/consultation-requests", A_PERSON),
        ("/v1/readiness-requests", A_READER),
        ("/v1/professional-requests", A_COLLEAGUE),
    ],
)
def test_whatever_else_a_request_holds_it_is_kept_or_refused_as_described(
    described: BaseSchema, path: str, known: dict[str, Any]
) -> None:
    answers: Counter[int] = Counter()

    @given(case=described[path]["POST"].as_strategy(generation_mode=GenerationMode.POSITIVE))
    @bounded(CASES * 0.13)
    def knock(case: Case) -> None:
        case.headers.pop("Authorization", None)
        if isinstance(case.body, dict):
            case.body = {**case.body, **known}
        answers[case.call_and_validate(checks=CHECKS, allow_redirects=False).status_code] += 1

    knock()
    assert answers[202] + answers[303] > 20, answers
    assert answers[422] > 0, answers


@pytest.mark.timeout(600)
def test_whatever_a_signed_event_holds_it_is_kept_or_refused_as_described(described: BaseSchema) -> None:
    answers: Counter[int] = Counter()

    @given(case=described["/v1/events"]["POST"].as_strategy(generation_mode=GenerationMode.POSITIVE))
    @bounded(CASES * 0.05)
    def knock(case: Case) -> None:
        if isinstance(case.body, dict) and "specversion" in case.body and answers.total() % 2:
            case.body = {**case.body, "data": a_request(), "datacontenttype": "application/json"}
        body = json.dumps(case.body) if isinstance(case.body, dict) else "null"
        signed = signed_headers(body, str(answers.total()), utc_now())
        case.body, case.headers = body.encode(), CaseInsensitiveDict(signed)
        answers[case.call_and_validate(checks=CHECKS).status_code] += 1

    knock()
    assert answers[401] == 0, answers
    assert answers[202] > 0, answers
    assert answers[422] > 0, answers


def bounded(cases: float) -> settings:
    """So many cases, the same ones in every run."""
    return settings(
        max_examples=max(1, int(cases)),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

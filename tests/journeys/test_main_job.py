"""A website request becomes a matched referral in a coordinator's inbox, over everything real."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import httpx

from tests.journeys.conftest import asked, until_mails_about
from tests.stack import Mail, Stack

CONSULTATIONS, READINESS = "/v1/consultation-requests", "/v1/readiness-requests"
COORDINATORS = ("dana", "lee")


def accept(website: httpx.Client, path: str, body: Mapping[str, object]) -> Mapping[str, Any]:
    answer = website.post(path, json=body)
    assert answer.status_code == 202, answer.text
    return dict(answer.json())


def explained(stack: Stack, accepted: Mapping[str, Any]) -> Mapping[str, Any]:
    answer = stack.practice("explain", accepted["reference"], "--json")
    assert answer.returncode == 0, answer.stderr
    return dict(json.loads(answer.stdout))


def trail(stack: Stack, accepted: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    answer = stack.practice("trail", accepted["reference"], "--json")
    assert answer.returncode == 0, answer.stderr
    return list(json.loads(answer.stdout))


def test_a_request_becomes_an_acknowledgement_and_a_referral(
    stack: Stack, website: httpx.Client, person: str
) -> None:
    accepted = accept(website, CONSULTATIONS, asked(person, message="My mother died in March."))

    mails = until_mails_about(stack, accepted, person, 2)

    [acknowledgement] = [mail for mail in mails if mail.to == person]
    [referral] = [mail for mail in mails if mail.to != person]
    assert "988" in acknowledgement.text
    assert "Sam Rivera" in referral.text
    assert person in referral.text
    assert "My mother died" not in referral.text + referral.html + acknowledgement.text
    told = explained(stack, accepted)
    assert told["outcome"] == "proposed"
    assert 1 <= len(told["candidates"]) <= 3
    assert all(candidate["reasons"] for candidate in told["candidates"])
    assert all(excluded["codes"] for excluded in told["excluded"])


def test_a_crisis_alerts_the_person_on_call_and_candidates_still_go_to_the_coordinator(
    stack: Stack, website: httpx.Client, person: str
) -> None:
    accepted = accept(website, CONSULTATIONS, asked(person, message="I am going to kill myself tonight."))

    mails = until_mails_about(stack, accepted, person, 3)

    assert len([mail for mail in mails if mail.to == person]) == 1
    assert len([mail for mail in mails if mail.to != person]) == 2
    assert explained(stack, accepted)["outcome"] == "proposed"
    assert accepted["crisis_lines"][0]["call"] == "988"


def test_when_nobody_fits_the_coordinator_hears_who_was_nearest(
    stack: Stack, website: httpx.Client, person: str
) -> None:
    accepted = accept(website, CONSULTATIONS, asked(person, state="TX"))

    mails = until_mails_about(stack, accepted, person, 2)

    assert any("nobody" in mail.subject.lower() for mail in mails if mail.to != person), mails
    [news] = [entry for entry in trail(stack, accepted) if entry["name"] == "referred_out"]
    assert news["detail"]["state"] in ("sent", "held", "planned", "sending"), (
        "held in the quiet hours of Texas"
    )
    told = explained(stack, accepted)
    assert told["outcome"] == "nobody_fits"
    assert all("licence" in excluded["codes"] for excluded in told["excluded"])


def test_a_parent_writing_for_a_child_is_held_for_a_person(
    stack: Stack, website: httpx.Client, person: str
) -> None:
    child = {"name": "Kim", "age": 9, "relation": "child"}
    accepted = accept(website, CONSULTATIONS, {**asked(person), "for": "child", "client": child})

    until_mails_about(stack, accepted, person, 2)

    told = explained(stack, accepted)
    assert (told["outcome"], told["why"]) == ("held", "minor")


def test_an_unknown_state_is_held_for_a_person(stack: Stack, website: httpx.Client, person: str) -> None:
    accepted = accept(website, CONSULTATIONS, asked(person, state="unknown"))

    until_mails_about(stack, accepted, person, 2)

    told = explained(stack, accepted)
    assert (told["outcome"], told["why"]) == ("held", "state_unknown")


def test_somebody_not_ready_gets_a_reading_list_and_the_coordinator_a_notice(
    stack: Stack, website: httpx.Client, person: str
) -> None:
    body = {"name": "Ana", "email": person, "opt_in": True, "concerns": ["relational"], "language": "es"}
    accepted = accept(website, READINESS, body)

    mails = until_mails_about(stack, accepted, person, 2)

    [reading] = [mail for mail in mails if mail.to == person]
    assert "988" in reading.text
    assert "Content-Language: es" in reading.raw.decode() or 'lang="es"' in reading.html


def test_suspected_spam_is_shown_to_a_coordinator_and_matched_once_released(
    stack: Stack, website: httpx.Client, person: str
) -> None:
    form = {
        "name": "Sam",
        "email": person,
        "state": "CA",
        "age": "34",
        "contact.email_ok": "true",
        "website": "spam",  # the field that people do not see
    }
    answer = website.post(CONSULTATIONS, data=form)
    assert answer.status_code == 303
    [row] = quarantined(stack)

    released = stack.practice("quarantine", "release", row["reference"])

    assert released.returncode == 0, released.stderr
    mails = until_mails_about(stack, row, person, 3)
    assert len([mail for mail in mails if mail.to == person]) == 1


def test_who_posts_for_many_from_one_address_is_matched_every_time_and_answered_twenty_times(
    stack: Stack, website: httpx.Client, person: str
) -> None:
    spelled = [person.upper() if each % 2 else person for each in range(21)]
    *_, last = came = [accept(website, CONSULTATIONS, asked(email)) for email in spelled]
    crisis = accept(website, CONSULTATIONS, asked(person, message="I am going to kill myself tonight."))
    references = {each["reference"] for each in (*came, crisis)}

    def to_the_person(mails: Sequence[Mail]) -> int:
        return len([mail for mail in mails if mail.to.lower() == person])

    def told(mails: Sequence[Mail]) -> set[str]:
        return {each for mail in mails for each in references if each in mail.subject}

    stack.until_mails(lambda mails: told(mails) == references and to_the_person(mails) >= 21)

    assert explained(stack, last)["outcome"] == "proposed"
    assert "acknowledged_often" in json.dumps(trail(stack, last))
    assert to_the_person(stack.mails()) == 20 + 1  # in a crisis always


def test_silence_stops_every_mail_to_the_person(stack: Stack, website: httpx.Client, person: str) -> None:
    first = accept(website, CONSULTATIONS, asked(person))
    until_mails_about(stack, first, person, 2)
    silenced = stack.practice("silence", first["reference"])
    assert silenced.returncode == 0, silenced.stderr

    second = accept(website, CONSULTATIONS, asked(person, concerns=["trauma"]))
    mails = until_mails_about(stack, second, person, 2)

    assert len([mail for mail in mails if mail.to == person]) == 1
    assert any("silence" in str(entry["detail"]) for entry in trail(stack, second))


def test_one_key_and_body_is_one_request(stack: Stack, website: httpx.Client, person: str) -> None:
    headers = {"Idempotency-Key": f"once-{person}"}
    answers = [website.post(CONSULTATIONS, json=asked(person), headers=headers).json() for _ in range(3)]
    other = website.post(CONSULTATIONS, json=asked(person, age=35), headers=headers)

    assert len({answer["reference"] for answer in answers}) == 1
    assert other.status_code == 409
    until_mails_about(stack, answers[0], person, 2)


def test_the_words_are_shown_to_who_says_why_and_that_is_recorded(
    stack: Stack, website: httpx.Client, person: str
) -> None:
    accepted = accept(website, CONSULTATIONS, asked(person, message="Thích Nhất Hạnh 🌿 مرحبا"))

    shown = stack.practice("show", accepted["reference"], "--why", "preparing the first call")

    assert shown.returncode == 0, shown.stderr
    assert "Thích Nhất Hạnh 🌿 مرحبا" in shown.stdout
    assert any(entry["kind"] == "action" for entry in trail(stack, accepted))


def test_the_doctor_finds_nothing_wrong_but_what_is(stack: Stack) -> None:
    """The tests' own PostgreSQL syncs nothing, and its one user may do everything: the doctor says so."""
    careless = {"database roles"} if stack.on_postgresql else set()
    answer = stack.practice("doctor", "--json")

    problems = {finding["check"] for finding in json.loads(answer.stdout) if not finding["ok"]}
    assert problems == careless, answer.stdout
    assert answer.returncode == bool(problems)


def quarantined(stack: Stack) -> list[Mapping[str, Any]]:
    answer = stack.practice("quarantine", "list", "--json")
    assert answer.returncode == 0, answer.stderr
    return list(json.loads(answer.stdout))

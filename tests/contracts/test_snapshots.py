"""What others build against: recorded, never drifting, and only ever gaining optional fields."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from deploy.cli import contracts
from deploy.cli.snapshots import snapshots
from deploy.compatible import breaks, broken_promises
from shared.contracts import FACTS
from shared.contracts.intake import ConsultationRequested, ContactsAsked

RECORDED = Path(__file__).parents[2] / "docs" / "contracts"
PERSONAL = {
    "name",
    "email",
    "phone",
    "message",
    "words",
    "address",
    "birth_year",
    "pronouns",
    "client",
    "partners",
}


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    return dict(snapshots())


def test_the_snapshots_are_what_the_code_says(made: dict[str, str]) -> None:
    recorded = {str(file.relative_to(RECORDED)): file.read_text("utf-8") for file in RECORDED.rglob("*.json")}

    assert recorded.keys() == made.keys(), "record them: practice contracts"
    differing = [name for name, text in made.items() if recorded[name] != text]
    assert not differing, "record them: practice contracts"


def test_the_same_code_makes_the_same_bytes(made: dict[str, str]) -> None:
    assert dict(snapshots()) == made


def test_every_fact_ask_and_service_has_a_snapshot(made: dict[str, str]) -> None:
    assert {f"facts/{fact.subject()}.json" for fact in FACTS} <= made.keys()
    assert {f"asyncapi/{s}.json" for s in ("intake", "matching", "notifications", "resources")} <= made.keys()
    assert "openapi/intake.json" in made


def test_every_fact_of_a_service_is_in_its_message_description(made: dict[str, str]) -> None:
    for fact in FACTS:
        assert fact.subject() in made[f"asyncapi/{fact.service}.json"]


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.subject())
def test_no_fact_has_room_for_a_person(fact: Any) -> None:
    schema = fact.model_json_schema(by_alias=True)
    fields = {
        name for each in (schema, *schema.get("$defs", {}).values()) for name in each.get("properties", {})
    }

    assert not fields & PERSONAL
    unbounded = [
        text for text in _texts(schema) if not {"enum", "const", "format", "maxLength"} & text.keys()
    ]
    assert unbounded == []


def _texts(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        if schema.get("type") == "string":
            yield schema
        for value in schema.values():
            yield from _texts(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _texts(value)


OLD = ConsultationRequested.model_json_schema(by_alias=True)


def changed(change: Callable[[dict[str, Any]], object]) -> dict[str, Any]:
    new = copy.deepcopy(OLD)
    change(new)
    return new


def test_an_optional_field_more_breaks_nobody() -> None:
    new = changed(lambda schema: schema["properties"].update(mood={"type": "string", "default": ""}))

    assert breaks(OLD, OLD) == []
    assert breaks(OLD, new) == []


def test_other_words_about_a_field_break_nobody() -> None:
    assert (
        breaks(OLD, changed(lambda s: s["properties"]["age"].update(description="whole years", title="Age")))
        == []
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda s: s["properties"].pop("age"), "age is gone"),
        (lambda s: s["required"].append("test"), "test must be there now"),
        (lambda s: s["required"].remove("state"), "state may be missing now"),
        (lambda s: s["properties"]["age"].update(type="string"), "age has another type"),
        (lambda s: s["properties"]["state"].update(maxLength=2), "state has another type"),
        (lambda s: s["properties"]["age_band"]["enum"].append("elder"), "age_band has another type"),
        (lambda s: s["properties"]["age_band"]["enum"].remove("teen"), "age_band has another type"),
        (lambda s: s["properties"]["flags"].update(items={"type": "integer"}), "flags has another type"),
        (lambda s: s["$defs"]["Preferences"]["properties"].pop("times"), "Preferences.times is gone"),
        (lambda s: s["$defs"].pop("Preferences"), "Preferences is gone"),
        (
            lambda s: s["properties"].update(mood={"type": "string"}) or s["required"].append("mood"),
            "mood must be there now",
        ),
    ],
)
def test_anything_else_needs_a_new_version(change: Callable[[dict[str, Any]], object], why: str) -> None:
    assert why in breaks(OLD, changed(change))


def test_a_question_may_have_a_new_purpose_and_never_lose_one() -> None:
    old = ContactsAsked.model_json_schema(by_alias=True)
    new = copy.deepcopy(old)
    new["properties"]["purpose"]["enum"].append("something_later")

    assert breaks(old, new, may_grow=("enum",)) == []
    assert breaks(old, new) == ["purpose has another type"]
    assert breaks(new, old, may_grow=("enum",)) == ["purpose has another type"]


def test_the_recorded_contracts_allow_what_the_code_says(made: dict[str, str]) -> None:
    for name in (name for name in made if name.startswith(("facts/", "asks/"))):
        recorded = json.loads((RECORDED / name).read_text("utf-8"))

        assert broken_promises(recorded, json.loads(made[name])) == [], name


def test_a_change_that_breaks_a_promise_is_not_recorded(made: dict[str, str], tmp_path: Path) -> None:
    name = "facts/intake.consultation.requested.v1.json"
    promised = json.loads(made[name])
    promised["data"]["properties"]["shoe_size"] = {"type": "integer"}
    (tmp_path / "facts").mkdir()
    (tmp_path / name).write_text(json.dumps(promised))

    outcome = CliRunner().invoke(contracts.app, [str(tmp_path)])

    assert outcome.exit_code == 1
    assert json.loads((tmp_path / name).read_text()) == promised

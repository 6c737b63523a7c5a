"""Letters: payloads as they were first sent. They are never edited, and every later version must read them.

A letter is `letters/<subject>.json`; a contract that gained fields may have more (`<subject>.2.json`).
"""

import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from shared.contracts import ASKS, FACTS
from shared.contracts.base import Plain

LETTERS = Path(__file__).parent / "letters"
CONTRACTS: dict[str, type[Plain]] = {
    **{fact.subject(): fact for fact in FACTS},
    **{f"{ask.subject()}.question": ask for ask in ASKS},
    **{f"{ask.subject()}.answer": answer for ask, answer in ASKS.items()},
}


def contract_of(letter: Path) -> str:
    name = letter.name.removesuffix(".json")
    return name if name in CONTRACTS else name.rpartition(".")[0]


def read(letter: Path) -> dict[str, Any]:
    return dict(json.loads(letter.read_text("utf-8")))


every_letter = pytest.mark.parametrize(
    "letter", sorted(LETTERS.glob("*.json")), ids=lambda letter: letter.name
)


def test_every_contract_has_a_letter_and_every_letter_a_contract() -> None:
    assert {contract_of(letter) for letter in LETTERS.glob("*.json")} == set(CONTRACTS)


@every_letter
def test_a_letter_is_still_read_whole(letter: Path) -> None:
    contract = CONTRACTS[contract_of(letter)]

    message = contract.model_validate_json(letter.read_text("utf-8"))

    assert json.loads(message.model_dump_json(exclude_unset=True)) == read(letter)


@every_letter
def test_a_reader_ignores_what_it_does_not_know(letter: Path) -> None:
    contract = CONTRACTS[contract_of(letter)]

    message = contract.model_validate(_with_unknown_fields(read(letter)))

    assert message == contract.model_validate(read(letter))


@every_letter
def test_a_letter_without_a_field_that_must_be_there_is_refused(letter: Path) -> None:
    contract = CONTRACTS[contract_of(letter)]
    required = [field.alias or name for name, field in contract.model_fields.items() if field.is_required()]

    assert required
    for name in required:
        with pytest.raises(ValidationError):
            contract.model_validate({key: value for key, value in read(letter).items() if key != name})


def _with_unknown_fields(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            **{key: _with_unknown_fields(each) for key, each in value.items()},
            "from_tomorrow": [1, {"a": None}],
        }
    return [_with_unknown_fields(each) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.subject())
def test_a_fact_is_named_as_the_bus_needs_it(fact: Any) -> None:
    service, entity, happened, version = fact.subject().split(".")

    assert fact.type() == f"practice.{entity}.{happened}.{version}"
    assert service == fact.service
    assert version == "v1"
    letter = fact.model_validate(read(LETTERS / f"{fact.subject()}.json"))
    assert letter.entity_id
    assert letter.correlation == getattr(letter, "request_id", letter.entity_id)

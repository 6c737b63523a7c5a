"""Codes in words an operator understands."""

from dataclasses import fields

import pytest

from services.matching.domain import wording
from services.matching.domain.types import Weights
from shared.contracts.matching import EXCLUSION_CODES, HOLD_CODES, REASON_FORMS

NAMES = {
    ("concern", "grief_loss"): "grief & loss",
    ("time", "weekday_evening"): "weekday evenings",
    ("language", "es"): "Spanish",
    ("format", "online"): "online",
    ("identity", "black"): "someone Black",
}


def label(code: str, kind: str) -> str:
    return NAMES.get((kind, code), code)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("specialty:grief_loss:3", "strong in grief & loss"),
        ("specialty:grief_loss:1", "works with grief & loss"),
        ("suggested:grief_loss:2", "well versed in grief & loss (our guess from their words)"),
        ("times:weekday_evening", "free weekday evenings"),
        ("language:es", "speaks Spanish"),
        ("format:online", "meets online"),
        ("preference:black", "as they wished: someone Black"),
        ("fee:reduced", "their reduced fee fits"),
        ("fee:full", "the full fee fits"),
        ("start:now", "could begin now"),
        ("start:2027-01-05", "could begin on Tuesday, January 5"),
        ("load:0", "no other proposal waits"),
        ("load:1", "one other proposal waits"),
        ("load:4", "4 other proposals wait"),
        ("something:new", "something:new"),
        ("specialty", "specialty"),
    ],
)
def test_a_reason_reads_as_a_sentence_would(code: str, said: str) -> None:
    assert wording.reason(code, label) == said


@pytest.mark.parametrize("form", REASON_FORMS)
def test_every_form_of_reason_has_words(form: str) -> None:
    code = (
        form.replace("<code>", "es").replace("<1-3>", "2").replace("<date>", "2027-01-05").replace("<n>", "2")
    )

    assert wording.reason(code, label) != code


def test_every_part_of_a_score_has_words() -> None:
    assert set(wording.CRITERIA) == {each.name for each in fields(Weights)} | {"load"}


def test_every_exclusion_and_every_hold_has_words() -> None:
    assert set(wording.GAPS) == set(EXCLUSION_CODES)
    assert set(wording.HOLDS) == set(HOLD_CODES)

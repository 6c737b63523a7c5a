"""Law, numbers that move, and words: common to all, replaced by a practice that differs."""

import pytest
from pydantic import BaseModel

from shared.practice import BadFile, load_practice, load_rule, load_rules, rule_file
from tests.shared.practice.conftest import SAMPLES, Edit


def test_the_domestic_violence_line_stands_on_pages_only() -> None:
    rules = load_rules(SAMPLES / "los_angeles")

    assert [line.call for line in rules.hotlines] == ["988", None, "911", "1-800-799-7233"]
    assert [line.code for line in rules.mail_hotlines] == ["lifeline_988", "crisis_text_line", "emergency"]


def test_every_state_and_the_district_is_known() -> None:
    assert len(load_rules(SAMPLES / "los_angeles").states) == 51


def test_a_minor_s_own_consent_is_known_for_california_and_left_to_a_person_in_new_york() -> None:
    consent = load_rules(SAMPLES / "new_york").consent

    assert consent["CA"].own_consent_from == 12
    assert consent["NY"].own_consent_from is None


def test_what_moves_with_the_law_has_a_source_and_a_date_of_review() -> None:
    rules = load_rules(SAMPLES / "los_angeles")

    assert all(line.source and line.reviewed_on for line in rules.hotlines)
    assert all(rule.source and rule.reviewed_on for rule in rules.consent.values())


def test_an_associate_is_one_of_a_known_licence() -> None:
    rules = load_rules(SAMPLES / "los_angeles")

    assert rules.is_associate("AMFT")
    assert not rules.is_associate("LMFT")
    assert not rules.is_associate("unheard of")


def test_a_practice_s_own_rule_file_replaces_the_common_one_whole(edited: Edit) -> None:
    folder = edited("practice.yaml", "states: [CA]", "states: [CA]")
    (folder / "rules").mkdir()
    own = 'hotlines: [{code: own, name: {en: A, es: B}, call: "211", source: https://example.org, '
    (folder / "rules" / "hotlines.yaml").write_text(own + "reviewed_on: 2026-11-01}]\n")

    practice = load_practice(folder)

    assert [line.code for line in practice.rules.hotlines] == ["own"]
    assert "CA" in practice.rules.states
    assert rule_file(folder, "hotlines.yaml").parent.parent == folder


def test_a_rule_file_with_a_mistake_names_itself(edited: Edit) -> None:
    class Shape(BaseModel):
        version: int

    folder = edited("practice.yaml", "states: [CA]", "states: [CA]")
    (folder / "rules").mkdir()
    (folder / "rules" / "own.yaml").write_text("version: soon\n")

    with pytest.raises(BadFile, match=r"own\.yaml:1: version: "):
        load_rule(folder, "own.yaml", Shape)

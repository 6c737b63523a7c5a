"""`rules/records.yaml`, `disclosure.yaml`, `licensure.yaml`: what they say for named cases."""

import pytest

from shared.practice import Practice


@pytest.mark.parametrize(("state", "years", "age"), [("CA", 7, 25), ("NY", 6, 22)])
def test_how_long_records_of_care_are_kept(los_angeles: Practice, state: str, years: int, age: int) -> None:
    rule = los_angeles.rules.records.care[state]

    assert (rule.years, rule.minors_until_age, rule.certain) == (years, age, True)


def test_the_longest_of_several_states_holds_and_an_unknown_one_is_for_a_person(
    los_angeles: Practice,
) -> None:
    records = los_angeles.rules.records

    assert records.care_kept(["CA", "NY"]) == 7
    assert records.care_kept(["NY"]) == 6
    assert records.care_kept(["CA", "OR"]) is None


def test_what_is_not_certain_counts_as_not_known(los_angeles: Practice) -> None:
    records = los_angeles.rules.records
    unsure = records.care["NY"].model_copy(update={"certain": False})

    changed = records.model_copy(update={"care": {**records.care, "NY": unsure}})

    assert changed.care_kept(["CA", "NY"]) is None


@pytest.mark.parametrize("compact", ["psypact", "counseling_compact", "social_work_compact"])
def test_california_and_new_york_are_in_no_compact_and_nobody_else_is_for_certain(
    los_angeles: Practice, compact: str
) -> None:
    rule = los_angeles.rules.licensure.compacts[compact]

    assert (rule.has("CA"), rule.has("NY")) == ("no", "no")
    assert (rule.has("OH"), rule.has("OR")) == ("unsure", "unsure")
    assert rule.model_copy(update={"certain": True, "members": {"OH": None}}).has("OH") == "yes"


def test_every_associate_s_credential_has_something_to_tell(los_angeles: Practice) -> None:
    rules = los_angeles.rules
    told = {each for rule in rules.disclosure.disclosure.values() for each in rule.credentials}

    assert told == {each for each in rules.credentials if rules.is_associate(each)}
    assert all("supervisor" in rule.tells for rule in rules.disclosure.disclosure.values())

"""What the doctor says of the roster and of the coordinators."""

from datetime import date, timedelta
from typing import Any

import pytest

from deploy.checks.people import judged, judged_desk
from services.matching.operations import RosterEntry
from shared.practice import Practice, RosterClinician, load_practice, load_roster_file
from tests.deploy.round import PRACTICE, problems, warnings

TODAY = date(2026, 3, 2)
LATER = TODAY + timedelta(days=400)


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(PRACTICE)


@pytest.fixture(scope="module")
def template(practice: Practice) -> RosterClinician:
    """Somebody who has and speaks all that the practice offers, is licensed for long, and has places."""
    roster = load_roster_file(PRACTICE / "clinicians.yaml", practice).clinicians
    full = next(each for each in roster if not practice.rules.is_associate(each.credential))
    licences = tuple(
        full.licences[0].model_copy(update={"state": state, "expires": LATER}) for state in practice.states
    )
    return full.model_copy(
        update={
            "id": "c-all",
            "licences": licences,
            "specialties": dict.fromkeys(practice.specialties, 2),
            "languages": practice.languages,
            "accepting": True,
            "capacity": 10,
            "caseload": 3,
        }
    )


def entry(record: RosterClinician, **changes: Any) -> RosterEntry:
    changed = record.model_copy(update=changes)
    free = max(0, changed.capacity - changed.caseload)
    return RosterEntry(changed, version=1, held=0, taken=0, free_places=free, open_proposals=0)


def test_a_roster_with_somebody_for_everything_is_well(practice: Practice, template: RosterClinician) -> None:
    assert list(judged(practice, [entry(template)], TODAY)) == []


@pytest.mark.parametrize("changes", [{"accepting": False}, {"licences": ()}])
def test_a_roster_of_which_nobody_can_be_proposed_is_one_problem(
    practice: Practice, template: RosterClinician, changes: dict[str, Any]
) -> None:
    [found] = judged(practice, [entry(template, **changes)], TODAY)

    assert (found.check, found.level) == ("roster", "problem")


def test_a_roster_without_a_free_place_is_a_problem(practice: Practice, template: RosterClinician) -> None:
    found = list(judged(practice, [entry(template, caseload=10)], TODAY))

    assert problems(found) == ["places: no clinician who is accepting has a free place"]


def test_what_the_practice_offers_and_nobody_has_is_named(
    practice: Practice, template: RosterClinician
) -> None:
    lacking, *rest = practice.specialties
    only = entry(template, specialties=dict.fromkeys(rest, 1), languages=("en",))
    away = entry(template, id="c-away", accepting=False)

    found = list(judged(practice, [only, away], TODAY))

    assert warnings(found) == [
        f"specialties: no accepting clinician has the specialty {lacking}",
        "languages: no accepting clinician has the language es",
    ]


def test_a_state_in_which_nobody_is_licensed_any_more_is_named(
    practice: Practice, template: RosterClinician
) -> None:
    wider = practice.model_copy(update={"states": ("CA", "NV")})
    over = template.licences[0].model_copy(update={"state": "NV", "expires": TODAY - timedelta(days=1)})

    found = list(judged(wider, [entry(template, licences=(*template.licences, over))], TODAY))

    assert "states: no accepting clinician has the state NV" in warnings(found)


@pytest.mark.parametrize(
    ("days", "said"),
    [(-1, "over: c-other (CA, 2026-03-01)"), (0, "end within"), (60, "end within"), (61, None)],
)
def test_a_licence_is_told_of_sixty_days_before_it_ends_by_the_clinicians_id(
    practice: Practice, template: RosterClinician, days: int, said: str | None
) -> None:
    ends = template.licences[0].model_copy(update={"state": "CA", "expires": TODAY + timedelta(days=days)})
    other = entry(template, id="c-other", licences=(ends,))

    found = warnings(list(judged(practice, [entry(template), other], TODAY)))

    assert len(found) == (said is not None)
    assert said is None or (said in found[0] and "c-other" in found[0] and template.name not in found[0])


@pytest.mark.parametrize("supervisor", [None, "c-nobody", "c-other"])
def test_an_associate_whose_supervisor_is_none_is_named(
    practice: Practice, template: RosterClinician, supervisor: str | None
) -> None:
    associate = next(each for each in practice.rules.credentials if practice.rules.is_associate(each))
    alone = entry(template, id="c-young", credential=associate, supervisor=supervisor)
    other = entry(template, id="c-other", credential=associate, supervisor="c-all")

    found = warnings(list(judged(practice, [entry(template), alone, other], TODAY)))

    assert found == ["supervision: associates without a supervisor who holds a licence: c-young"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"capacity": 0, "caseload": 0}, "with a capacity of 0: c-other"),
        ({"capacity": 5, "caseload": 6}, "caseload above capacity: c-other"),
        ({"capacity": 0, "caseload": 0, "accepting": False}, None),
        ({"capacity": 5, "caseload": 5}, None),
    ],
)
def test_places_that_cannot_be_meant_are_told(
    practice: Practice, template: RosterClinician, changes: dict[str, Any], said: str | None
) -> None:
    found = warnings(
        list(judged(practice, [entry(template), entry(template, id="c-other", **changes)], TODAY))
    )

    assert len(found) == (said is not None)
    assert said is None or said in found[0]


def desk(practice: Practice, **changes: Any) -> list[str]:
    """The practice with its coordinators changed alike."""
    changed = tuple(each.model_copy(update=changes) for each in practice.coordinators)
    found = list(judged_desk(practice.model_copy(update={"coordinators": changed})))
    return [*problems(found), *warnings(found)]


def test_a_desk_with_deputies_and_two_on_call_is_well(practice: Practice) -> None:
    assert desk(practice) == []


def test_what_is_missing_at_the_desk_is_named(practice: Practice) -> None:
    assert "coordinators: no coordinator is on duty" in desk(practice, on_duty=False)
    assert desk(practice, deputy=None) == ["coordinators: without a deputy: dana, lee"]
    assert desk(practice, languages=("en",)) == ["coordinators: no coordinator on duty speaks es"]
    alone = practice.model_copy(update={"on_call": ("dana",)})
    assert warnings(list(judged_desk(alone))) == ["coordinators: on call is dana alone"]

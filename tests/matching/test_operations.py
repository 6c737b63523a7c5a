"""What an operator may do with the roster, and how a decision is explained; on both databases."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from services.matching import operations
from services.matching.settings import terms_of
from services.matching.storage import load_roster_version
from shared.contracts.intake import ConsultationRequested
from shared.database import Database
from shared.practice import BadFile, Practice, load_practice
from tests.matching.builders import NOW, a_requested, a_withdrawal
from tests.matching.conftest import LOS_ANGELES, WriteRoster
from tests.matching.test_handlers import hear, hear_withdrawn


async def ids(database: Database) -> list[str]:
    return [each.record.id for each in await operations.list_roster(database)]


async def version(database: Database) -> int:
    async with database.reading() as tx:
        return await load_roster_version(tx)


async def explained(database: Database, event: ConsultationRequested) -> dict[str, Any]:
    await hear(database, event)
    decision = await operations.explain(database, event.reference)
    assert decision is not None
    return operations.explained(decision)


@pytest.mark.parametrize("name", ["los_angeles", "new_york"])
async def test_the_sample_rosters_can_be_imported(database: Database, name: str) -> None:
    folder = LOS_ANGELES.parent / name
    change = await operations.import_roster(database, folder / "clinicians.yaml", load_practice(folder), NOW)

    assert list(change.joined) == await ids(database)
    assert len(change.joined) >= 8


async def test_importing_the_same_file_again_changes_nothing(
    with_three: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    before = await version(with_three)
    same = write_roster({"id": "c-c"}, {"id": "c-b"}, {"id": "c-a"})
    change = await operations.import_roster(with_three, same, practice, NOW)

    assert change.empty
    assert await version(with_three) == before


async def test_a_dry_run_tells_the_change_and_makes_none(
    with_three: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    file = write_roster({"id": "c-a", "caseload": 7, "identities": ["woman"]}, {"id": "c-c"}, {"id": "c-new"})
    change = await operations.import_roster(with_three, file, practice, NOW, dry_run=True)

    assert change.lines() == [
        "+ c-new (Clinician c-new) joins",
        "~ c-a (Clinician c-a)",
        "    caseload: 5 → 7",
        "    identities: none → woman",
        "- c-b (Clinician c-b) leaves",
    ]
    assert await ids(with_three) == ["c-a", "c-b", "c-c"]


async def test_an_import_replaces_the_roster_and_raises_the_versions_of_what_changed(
    with_three: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    before = await version(with_three)
    file = write_roster({"id": "c-a", "caseload": 7}, {"id": "c-c"})
    await operations.import_roster(with_three, file, practice, NOW)

    roster = await operations.list_roster(with_three)
    assert [(each.record.id, each.version, each.free_places) for each in roster] == [
        ("c-a", 2, 3),
        ("c-c", 1, 5),
    ]
    assert await version(with_three) == before + 1


async def test_who_left_can_come_back(
    with_three: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    await operations.import_roster(with_three, write_roster({"id": "c-a"}), practice, NOW)
    await operations.import_roster(with_three, write_roster({"id": "c-a"}, {"id": "c-b"}), practice, NOW)

    roster = await operations.list_roster(with_three)
    assert [(each.record.id, each.version) for each in roster] == [("c-a", 1), ("c-b", 3)]


async def test_one_wrong_clinician_keeps_the_whole_file_out(
    with_three: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    file = write_roster({"id": "c-new"}, {"id": "c-wrong", "specialties": {"juggling": 3}})

    with pytest.raises(BadFile, match="juggling"):
        await operations.import_roster(with_three, file, practice, NOW)
    assert await ids(with_three) == ["c-a", "c-b", "c-c"]


async def test_the_first_import_happens_once(
    database: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    assert await operations.import_first_roster(database, write_roster({"id": "c-a"}), practice, NOW)
    assert await operations.import_first_roster(database, write_roster({"id": "c-b"}), practice, NOW) is None
    assert await ids(database) == ["c-a"]


async def test_a_missing_file_is_told_as_such(database: Database, practice: Practice, tmp_path: Path) -> None:
    with pytest.raises(BadFile, match="no such file"):
        await operations.import_roster(database, tmp_path / "none.yaml", practice, NOW)


async def test_a_proposal_is_explained_with_everybody_on_the_roster(
    database: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    clinicians = [{"id": f"c-{number}"} for number in range(4)]
    file = write_roster(*clinicians, {"id": "c-full", "caseload": 10, "accepting": False})
    await operations.import_roster(database, file, practice, NOW)
    told = await explained(database, a_requested(1, preferences={"times": ("weekday_evening",)}))

    assert {"reference", "outcome", "why", "policy_version", "candidates", "excluded"} <= told.keys()
    assert (told["reference"], told["outcome"], told["why"]) == ("R-00001", "proposed", None)
    assert [each["clinician_id"] for each in told["candidates"]] == ["c-0", "c-1", "c-2"]
    assert told["candidates"][0]["reasons"] == [
        "specialty:grief_loss:2",
        "language:en",
        "times:weekday_evening",
        "start:now",
        "load:0",
    ]
    assert told["excluded"] == [{"clinician_id": "c-full", "codes": ["capacity", "not_accepting"]}]
    points = told["candidates"][0]["points"]
    assert list(points) == ["specialty", "language", "times", "start", "load"]
    assert sum(points.values()) == pytest.approx(told["candidates"][0]["score"], abs=0.001)
    assert told["also_fit"][0]["points"]
    assert [each["clinician_id"] for each in told["also_fit"]] == ["c-3"]


async def test_nobody_fitting_is_explained_with_the_nearest(with_three: Database) -> None:
    told = await explained(with_three, a_requested(1, preferences={"times": ("sunday",)}))

    assert (told["outcome"], told["why"], told["candidates"]) == ("nobody_fits", None, [])
    assert told["excluded"][0] == {"clinician_id": "c-a", "codes": ["schedule"]}
    assert told["nearest"] == ["c-a", "c-b", "c-c"]


async def test_a_hold_is_explained_by_its_code(with_three: Database) -> None:
    told = await explained(with_three, a_requested(1, age=14, age_band="teen"))

    assert (told["outcome"], told["why"]) == ("held", "minor")
    assert (told["candidates"], told["excluded"]) == ([], [])


async def test_a_withdrawn_request_keeps_its_explanation_and_its_trail(with_three: Database) -> None:
    await hear(with_three, a_requested(1))
    await hear_withdrawn(with_three, a_withdrawal(1, why="asked_to_stop"))

    decision = await operations.explain(with_three, "R-00001")
    assert decision is not None
    assert (decision.outcome, decision.why, len(decision.candidates)) == ("proposed", None, 3)
    steps = await operations.trail(with_three, "R-00001")
    assert [(each["kind"], each["name"]) for each in steps] == [
        ("event", "referral.proposed.v1"),
        ("event", "referral.cancelled.v1"),
    ]
    assert steps[0]["detail"]["candidates"] == ["c-a", "c-b", "c-c"]
    assert (steps[1]["detail"]["why"], steps[1]["detail"]["by"]) == ("asked_to_stop", "intake")


async def test_an_unknown_reference_has_no_explanation_and_no_trail(with_three: Database) -> None:
    assert await operations.explain(with_three, "R-ZZZZZ") is None
    assert await operations.trail(with_three, "R-ZZZZZ") == []


async def test_what_is_open_is_listed_most_pressing_first(with_three: Database) -> None:
    await hear(with_three, a_requested(2), a_requested(1))

    assert [each.reference for each in await operations.open_referrals(with_three)] == ["R-00001", "R-00002"]


def other_rules(tmp_path: Path, **changed: Any) -> Path:
    """The rules in use with these fields changed."""
    rules = yaml.safe_load((LOS_ANGELES.parent / "rules" / "matching.yaml").read_text())
    file = tmp_path / "other.yaml"
    file.write_text(yaml.safe_dump({**rules, "version": "other", **changed}), encoding="utf-8")
    return file


async def test_other_rules_are_tried_on_one_request_and_on_the_latest(
    database: Database, practice: Practice, write_roster: WriteRoster, tmp_path: Path
) -> None:
    strong = {"id": "c-strong", "specialties": {"grief_loss": 3}, "times": ["saturday"]}
    free = {"id": "c-free", "specialties": {"grief_loss": 1}, "times": ["saturday", "weekday_evening"]}
    await operations.import_roster(database, write_roster(strong, free), practice, NOW)
    wishes = {"times": ("saturday", "weekday_evening")}
    await hear(database, *(a_requested(number, preferences=wishes) for number in (1, 2, 3)))
    weights = dict.fromkeys(("specialty", "modality", "preference", "language", "start"), 0)
    rules = other_rules(tmp_path, weights=weights | {"times": 1})
    policy, terms = operations.load_policy(rules), terms_of(practice, LOS_ANGELES)

    one = await operations.replay_one(database, "R-00002", policy, terms, NOW)
    two = await operations.replay_latest(database, 2, policy, terms, NOW)

    assert one is not None
    (told,) = operations.replayed(one)["changed"]
    assert (told["reference"], told["came_in"], told["dropped_out"]) == ("R-00002", [], [])
    assert told["moved"] == [
        {"clinician_id": "c-free", "before": 2, "after": 1},
        {"clinician_id": "c-strong", "before": 1, "after": 2},
    ]
    assert [each["clinician_id"] for each in told["after"]["candidates"]] == ["c-free", "c-strong"]
    assert (one.before, one.after, one.roster_version) == (terms.policy.version, "other", 1)
    assert len(two.requests) == len(two.changed) == 2
    assert await operations.replay_one(database, "R-ZZZZZ", policy, terms, NOW) is None


async def test_trying_other_rules_decides_nothing(
    with_three: Database, practice: Practice, tmp_path: Path
) -> None:
    await hear(with_three, a_requested(1))
    before = await operations.explain(with_three, "R-00001")
    policy = operations.load_policy(other_rules(tmp_path, adult_age=21, candidates_at_most=2))
    replay = await operations.replay_latest(with_three, 100, policy, terms_of(practice, LOS_ANGELES), NOW)

    assert [each.dropped_out for each in replay.changed] == [("c-c",)]
    assert await operations.explain(with_three, "R-00001") == before


def test_rules_that_are_wrong_are_refused_with_their_line(tmp_path: Path) -> None:
    with pytest.raises(BadFile, match=r"other\.yaml:\d+: load_share: "):
        operations.load_policy(other_rules(tmp_path, load_share=0.9))

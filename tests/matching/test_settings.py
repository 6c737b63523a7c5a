"""The matching policy is data, and a wrong one stops the start."""

from pathlib import Path

import pytest
import yaml

from services.matching.settings import MatchingSettings, PolicyFile, terms_of
from shared.practice import BadFile, Practice, load_practice, load_rule
from tests.matching.builders import NOW
from tests.matching.conftest import LOS_ANGELES


def changed(tmp_path: Path, **fields: object) -> Path:
    """A practice folder whose matching policy differs in these fields."""
    plain = load_rule(LOS_ANGELES, "matching.yaml", PolicyFile).model_dump(mode="json")
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "matching.yaml").write_text(yaml.safe_dump({**plain, **fields}), encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", ["los_angeles", "new_york"])
def test_the_sample_practices_have_terms(name: str) -> None:
    folder = LOS_ANGELES.parent / name
    terms = terms_of(load_practice(folder), folder)

    assert terms.policy.load_share <= 0.15
    assert terms.facts.joint_concerns >= {"couples"}
    assert terms.coordinators
    assert terms.contact_due(NOW) > NOW


@pytest.mark.parametrize(
    "fields",
    [
        {"load_share": 0.16},
        {"candidates_at_most": 4},
        {"weights": dict.fromkeys(("specialty", "modality", "preference", "language", "times", "start"), 0)},
        {"gap_costs": {"mood": 1}},
        {"colour": "blue"},
    ],
)
def test_a_policy_that_breaks_a_promise_is_refused(
    tmp_path: Path, practice: Practice, fields: dict[str, object]
) -> None:
    with pytest.raises(BadFile):
        terms_of(practice, changed(tmp_path, **fields))


def test_a_practice_may_weigh_otherwise(tmp_path: Path, practice: Practice) -> None:
    assert terms_of(practice, changed(tmp_path, version="ours-2")).policy.version == "ours-2"


def test_the_environment_names_the_database_and_the_port() -> None:
    settings = MatchingSettings.read(
        {
            "MATCHING_DATABASE_URL": "sqlite+aiosqlite:///x.db",
            "MATCHING_PORT": "9002",
            "MATCHING_LINK_KEYS": "k" * 32,
        }
    )

    assert (settings.database_url, settings.port) == ("sqlite+aiosqlite:///x.db", 9002)

"""`practice explain`: each criterion's points, and what other rules would change."""

from pathlib import Path

import pytest
import yaml

from tests.deploy.conftest import Practice, told

RULES = Path("deploy/practice/rules/matching.yaml")


@pytest.fixture
def other_rules(tmp_path: Path) -> Path:
    """The rules in use, with nothing but the times counting and one fewer in a proposal."""
    rules = yaml.safe_load(RULES.read_text())
    weights = dict.fromkeys(rules["weights"], 0) | {"times": 1}
    file = tmp_path / "other.yaml"
    file.write_text(
        yaml.safe_dump(
            {**rules, "version": "times", "weights": weights, "candidates_at_most": 2, "load_share": 0},
            default_flow_style=False,
        )
    )
    return file


def test_explain_gives_each_criterions_points(practice: Practice, reference: str) -> None:
    said = told(practice("explain", reference, "--json"))
    shown = practice("explain", reference).stdout

    for each in (*said["candidates"], *said["also_fit"]):
        assert sum(each["points"].values()) == pytest.approx(each["score"], abs=0.001)
    best = said["candidates"][0]["points"]
    assert list(best) == ["specialty", "language", "times", "start", "load"]
    assert f"{best['specialty']:.2f} concerns" in shown
    basis = f"the rules {said['policy_version']}, on version {said['roster_version']} of the roster."
    assert f"Decided by {basis}" in shown


def test_other_rules_are_tried_on_one_request(practice: Practice, reference: str, other_rules: Path) -> None:
    said = told(practice("explain", reference, "--policy", str(other_rules), "--json"))
    shown = practice("explain", reference, "--policy", str(other_rules))
    decided = told(practice("explain", reference, "--json"))

    assert (said["policy_version"], said["other_policy_version"]) == (decided["policy_version"], "times")
    (changed,) = said["changed"]
    assert changed["reference"] == reference
    assert changed["dropped_out"]
    assert len(changed["after"]["candidates"]) == 2
    assert shown.exit_code == 0
    assert "in use (" in shown.stdout
    assert "other.yaml (times)" in shown.stdout
    assert "Both run on today's roster" in shown.stdout
    assert "1 of 1 request would change" in shown.stdout


def test_other_rules_are_tried_on_the_latest_requests(
    practice: Practice, reference: str, other_rules: Path
) -> None:
    said = told(practice("explain", "--policy", str(other_rules), "--last", "50", "--json"))
    shown = practice("explain", "--policy", str(other_rules)).stdout

    assert reference in [each["reference"] for each in said["changed"]]
    assert reference in shown
    assert f"{len(said['changed'])} of {said['requests']} request" in shown
    assert "the roster as it was when a request came is not kept" in shown


def test_rules_that_change_nothing_are_said_to(practice: Practice, reference: str) -> None:
    result = practice("explain", reference, "--policy", str(RULES))

    assert result.exit_code == 0
    assert "nothing would change for 1 request" in result.stdout


def test_rules_that_are_wrong_are_refused_with_their_line(
    practice: Practice, reference: str, other_rules: Path
) -> None:
    other_rules.write_text(other_rules.read_text().replace("load_share: 0", "load_share: 0.9"))
    result = practice("explain", reference, "--policy", str(other_rules))

    assert result.exit_code == 2
    assert result.stderr.startswith("other.yaml:")
    assert "load_share: must be at most 0.15, not 0.9" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "say which request"),
        (["--last", "5"], "--last goes with --policy FILE"),
        (["R-00000", "--policy", str(RULES), "--last", "5"], "not both"),
        (["--policy", "/nowhere.yaml"], "does not exist"),
    ],
)
def test_explain_says_what_it_needs(practice: Practice, arguments: list[str], said: str) -> None:
    result = practice("explain", *arguments)

    assert result.exit_code == 2
    assert said in result.stderr


def test_a_request_that_matching_does_not_know_is_not_found(practice: Practice) -> None:
    result = practice("explain", "R-00000", "--policy", str(RULES))

    assert (result.exit_code, result.stdout) == (1, "")

"""`practice doctor`, whole: what it says of a stack that is well and of one that is away, and its end."""

import json
import os
from pathlib import Path

from typer.testing import CliRunner

from deploy.cli.app import app
from tests.deploy.conftest import Practice, Running


def test_doctor_finds_a_healthy_stack_well(practice: Practice) -> None:
    result = practice("doctor", "--json")

    findings = json.loads(result.stdout)
    assert [each for each in findings if not each["ok"]] == []
    looked_at = {each["check"] for each in findings}
    assert {
        "configuration",
        "nats",
        "streams",
        "consumers",
        "databases",
        "migrations",
        "smtp",
        "clock",
    } <= looked_at
    assert set(findings[0]) == {"check", "ok", "level", "what", "why", "do"}


def test_without_a_stack_doctor_says_what_is_wrong_and_what_to_do(
    tmp_path: Path, shared_stack: Running
) -> None:
    env = (shared_stack.data_dir / "env").read_text()
    moved = env.replace(f":{shared_stack.ports.nats}", ":1").replace(
        str(shared_stack.data_dir), str(tmp_path)
    )
    (tmp_path / "env").write_text(moved)

    result = CliRunner().invoke(app, ["doctor", "--json", "--data-dir", str(tmp_path)], env=dict(os.environ))

    wrong = {each["check"]: each for each in json.loads(result.stdout) if not each["ok"]}
    assert result.exit_code == 1
    assert {"nats", "migrations"} <= wrong.keys()
    after = [each for each in json.loads(result.stdout) if "what is wrong with nats" in each["what"]]
    assert {"streams"} <= {each["check"] for each in after}
    assert all(each["do"] for each in (*wrong.values(), *after))

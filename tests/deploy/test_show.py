"""`practice show`: everything that a person said, to whoever says why they read it."""

import os
import pty
import re
import subprocess
import sys

import pytest

from tests.deploy.conftest import GRIEF, Practice, Running, post, told

WISHES = {
    "format": "in_person",
    "sites": ["highland_park"],
    "languages": ["es"],
    "language_required": True,
    "modalities": ["emdr"],
    "clinician": ["lgbtqia_identified"],
    "times": ["weekday_evening", "saturday"],
    "fee_max": 180,
}


def test_show_gives_the_persons_words_and_records_every_reading(practice: Practice, reference: str) -> None:
    said = told(practice("show", reference, "--why", "calling back", "--json"))
    shown = practice("show", reference, "--why", "calling back")

    assert (said["name"], said["message"]) == ("Sam Rivera", "My mom died in March.")
    assert "My mom died in March." in shown.stdout
    read = [each for each in told(practice("trail", reference, "--json")) if each["name"] == "words.read"]
    assert len(read) == 2


def test_show_tells_everything_that_was_wished_for(shared_stack: Running, practice: Practice) -> None:
    made = post(
        shared_stack,
        GRIEF
        | {"for": "child", "client": {"name": "Lou", "age": 9, "relation": "daughter"}}
        | {"unit": "family", "preferences": WISHES, "privacy_notice": "2026-11"},
    )

    said = told(practice("show", made, "--why", "a test", "--json"))
    shown = practice("show", made, "--why", "a test").stdout

    assert (said["preferences"], said["privacy_notice"]) == (WISHES, "2026-11")
    rows = dict(re.findall(r"│ (\S.*?) +│ (.*?) +│", shown))
    assert (
        rows.items()
        >= {
            "For whom": "their child",
            "Client": "Lou, age 9, daughter",
            "Age": "9",
            "State": "California",
            "Unit": "a family",
            "Format": "in person",
            "Sites": "Highland Park",
            "Times": "weekday evenings, Saturdays",
            "Languages": "Spanish (required)",
            "Fee": "up to $180 a session",
            "Modalities": "EMDR",
            "Clinician": "someone LGBTQIA+",
            "Privacy notice": "2026-11",
        }.items()
    )


@pytest.mark.parametrize("why", [["--why", " "], []])
def test_nobody_reads_without_saying_why(practice: Practice, reference: str, why: list[str]) -> None:
    before = practice("trail", reference, "--json").stdout

    refused = practice("show", reference, *why, typed="calling back\n")

    assert refused.exit_code == 2
    assert refused.stderr == 'say why you read it, in a few words: --why "calling back"\n'
    assert practice("trail", reference, "--json").stdout == before


def test_somebody_at_a_terminal_is_asked_why(shared_stack: Running, reference: str) -> None:
    ours, theirs = pty.openpty()
    os.write(ours, b"calling back\n")
    command = [
        sys.executable,
        "-m",
        "deploy.cli",
        "show",
        reference,
        "--data-dir",
        str(shared_stack.data_dir),
    ]

    shown = subprocess.run(command, stdin=theirs, capture_output=True, text=True, check=False)

    os.close(ours)
    os.close(theirs)
    assert shown.returncode == 0, shown.stderr
    assert "Why do you read it" in shown.stderr
    assert "My mom died in March." in shown.stdout

"""A round of the doctor as tests begin it: settings with which every service could start, and a change."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from deploy.checks.finding import Finding, Level, Round
from shared.clock import utc_now

KEY = "a-key-of-tests-that-is-long-enough-0123456789"
VAULT = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
PRACTICE = Path(__file__).parents[2] / "deploy" / "practice" / "los_angeles"


def environ(**changes: str) -> Mapping[str, str]:
    """What every service is told. A change to nothing takes the variable out."""
    said = {
        "PRACTICE_CONFIG_DIR": str(PRACTICE),
        "INTAKE_VAULT_KEYS": VAULT,
        "INTAKE_ADDRESS_KEY": KEY,
        "INTAKE_LINK_KEYS": KEY,
        "MATCHING_LINK_KEYS": KEY,
        "RESOURCES_LINK_KEYS": KEY,
        "NOTIFICATIONS_LINK_KEYS": KEY,
        "NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:1",
        **changes,
    }
    return {name: value for name, value in said.items() if value}


def given(said: Mapping[str, str] | None = None, **more: Any) -> Round:
    """A round with these settings, by the real clock unless another is given."""
    return Round(**{"environ": environ() if said is None else said, "clock": utc_now, **more})


def at(level: Level, found: Sequence[Finding]) -> list[str]:
    """What was found at this level, each with its name."""
    return [f"{each.check}: {each.what}" for each in found if each.level is level]


def problems(found: Sequence[Finding]) -> list[str]:
    return at(Level.PROBLEM, found)


def warnings(found: Sequence[Finding]) -> list[str]:
    return at(Level.WARNING, found)

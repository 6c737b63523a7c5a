"""The example names every setting there is, and none that is not."""

import re
from pathlib import Path

from services.intake.settings import IntakeSettings
from services.matching.settings import MatchingSettings
from services.notifications.settings import NotificationsSettings
from services.resources.settings import ResourcesSettings

EXAMPLE = Path(__file__).parents[2] / "deploy" / "env.example"
ALL = (IntakeSettings, MatchingSettings, NotificationsSettings, ResourcesSettings)


def variables() -> set[str]:
    return {
        settings.variable(field) for settings in ALL for field in settings.model_fields if field != "service"
    }


def test_every_line_of_the_example_is_a_setting_and_every_setting_has_a_line() -> None:
    named = re.findall(r"^(?:# )?([A-Z_]+)=", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)

    assert sorted(named) == sorted(variables())


def test_the_example_gives_no_secret_a_value() -> None:
    given = re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)

    assert not [name for name, _ in given if re.search(r"KEY|PASSWORD|SMTP_URL", name)]


def test_what_the_example_says_is_what_happens_when_nothing_is_said() -> None:
    given = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE))
    defaults = {
        settings.variable(field): info.default
        for settings in ALL
        for field, info in settings.model_fields.items()
        if field != "service"
    }

    assert given == {name: str(defaults[name]) for name in given}

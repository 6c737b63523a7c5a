"""The example names every setting there is, and none that is not."""

import re
from pathlib import Path

from deploy.backup.settings import BackupSettings
from deploy.house import SETTINGS, Provisioning, Surroundings, owner_url_variable

EXAMPLE = Path(__file__).parents[2] / "deploy" / "env.example"
COMMANDS_OWN = {"nats_provisioner_seed", "nats_replicas"}  # what no service is told
ALL = (*SETTINGS.values(), Provisioning, BackupSettings)


def known(settings: type[Surroundings]) -> set[str]:
    if settings is BackupSettings:
        return set(BackupSettings.model_fields) - set(Surroundings.model_fields)
    return set(COMMANDS_OWN if settings is Provisioning else set(settings.model_fields) - {"service"})


def variables() -> set[str]:
    told = {settings.variable(field) for settings in ALL for field in known(settings)}
    return told | {owner_url_variable(service) for service in SETTINGS}


def test_every_line_of_the_example_is_a_setting_and_every_setting_has_a_line() -> None:
    named = re.findall(r"^(?:# )?([A-Z_]+)=", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)

    assert sorted(named) == sorted(variables())


def test_the_example_gives_no_secret_a_value() -> None:
    given = re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)

    assert not [name for name, _ in given if re.search(r"KEY|PASSWORD|SEED|SMTP_URL|OWNER", name)]


def test_what_the_example_says_is_what_happens_when_nothing_is_said() -> None:
    given = dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE))
    defaults = {
        settings.variable(field): settings.model_fields[field].default
        for settings in ALL
        for field in known(settings)
    }

    assert given == {name: str(defaults[name]) for name in given}

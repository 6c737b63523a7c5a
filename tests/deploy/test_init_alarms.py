"""Where alarms go: by the practice's own mail server to its owner, as soon as there is one."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.setup.folder import Wishes
from deploy.setup.observe import routing
from deploy.setup.renewing import observe, renew_all
from deploy.setup.smtp import server_of_alarms
from shared.errors import Misconfigured
from tests.deploy.operators_folder import NOW, made, wrong_with


def said_for(url: str) -> Any:
    return yaml.safe_load(
        routing(server_of_alarms(url, "mailpit"), "care@practice.example.org", "owner@practice.example.org")
    )


@pytest.mark.parametrize(
    ("url", "server"),
    [
        (
            "smtps://us:p%40ss@mail.example.org",
            {
                "smtp_smarthost": "mail.example.org:465",
                "smtp_require_tls": False,  # on this port Alertmanager speaks TLS from the first byte
                "smtp_auth_username": "us",
                "smtp_auth_password": "p@ss",
            },
        ),
        (
            "smtp+starttls://us:them@mail.example.org",
            {
                "smtp_smarthost": "mail.example.org:587",
                "smtp_require_tls": True,
                "smtp_auth_username": "us",
                "smtp_auth_password": "them",
            },
        ),
        (
            "smtp+starttls://mail.example.org:2525",
            {"smtp_smarthost": "mail.example.org:2525", "smtp_require_tls": True},
        ),
        ("smtp://mailpit:1025", {"smtp_smarthost": "mailpit:1025", "smtp_require_tls": False}),
    ],
)
def test_alarms_go_by_the_practices_own_mail_server(url: str, server: dict[str, object]) -> None:
    assert said_for(url)["global"] == {"smtp_from": "care@practice.example.org", **server}


def test_alarms_reach_the_owner_again_and_again_until_they_are_over() -> None:
    said = said_for("smtps://mail.example.org")

    [receiver] = said["receivers"]
    [mail] = receiver["email_configs"]
    [critical] = said["route"]["routes"]
    assert (mail["to"], mail["send_resolved"]) == ("owner@practice.example.org", True)
    assert said["route"]["receiver"] == critical["receiver"] == receiver["name"]
    assert (said["route"]["group_by"], said["route"]["repeat_interval"]) == (["alertname"], "4h")
    assert (critical["matchers"], critical["repeat_interval"]) == (['severity="critical"'], "30m")


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mail.example.org", "must be smtp://, smtps:// or"),
        ("https://mail.example.org", "must be smtp://, smtps:// or"),
        ("smtp://us:Zx81secret@mail.example.org", "is plain text and only for this machine"),
        ("smtps://us@mail.example.org", "needs a user and a password, or neither"),
        ("smtps://us:Zx81secret@mail.example.org:port", "has a port that is not a number"),
        ("smtps://us:Zx81secret@mail.example.org:2465", "on port 465 alone, not on 2465"),
    ],
)
def test_a_mail_server_that_alarms_cannot_go_by_is_refused_without_its_password(url: str, said: str) -> None:
    with pytest.raises(Misconfigured, match=said) as refused:
        server_of_alarms(url, "mailpit")
    assert "Zx81secret" not in str(refused.value)


def test_without_a_mail_server_nobody_is_told_and_the_file_says_so(tmp_path: Path) -> None:
    root = made(tmp_path / "practice", Wishes(host="care.example.org")).folder.root

    text = (root / "observe/alertmanager.yml").read_text()
    assert "Nobody hears of an alarm yet" in text
    assert "email_configs" not in text
    assert wrong_with(root) == ["secrets/smtp_url: it is empty"]


def test_alarms_follow_the_mail_server_and_the_owner_when_asked_to(tmp_path: Path) -> None:
    root = made(tmp_path / "practice", Wishes(host="care.example.org")).folder.root
    (root / "secrets/smtp_url").write_text("smtps://us:them@mail.example.org\n")
    stale = ["observe/alertmanager.yml: it is not what secrets/smtp_url and practice/practice.yaml say now"]
    assert wrong_with(root) == stale

    assert renew_all(root, [observe], now=NOW) == ["observe/alertmanager.yml"]

    path = root / "observe/alertmanager.yml"
    assert yaml.safe_load(path.read_text())["receivers"][0]["email_configs"][0]["to"].startswith(
        "marguerite@"
    )
    assert path.stat().st_mode & 0o777 == 0o600
    assert wrong_with(root) == []
    practice = root / "practice/practice.yaml"
    practice.write_text(practice.read_text().replace("owner: marguerite", "owner: dana"))
    assert wrong_with(root) == stale

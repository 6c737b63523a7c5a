"""Whom alarms reach: Alertmanager's routing, by the practice's own mail server to the practice's owner."""

from collections.abc import Mapping
from typing import Any

import yaml

from services.notifications.smtp import MailServer

AGAIN, AGAIN_WHEN_CRITICAL = "4h", "30m"
NOBODY, OWNER = "nobody", "owner"

STANDING = "{{ if eq .Status `firing` }}{{ .CommonLabels.severity }}{{ else }}over{{ end }}"
SUBJECT = f"{STANDING}: {{{{ .GroupLabels.alertname }}}}"
TEXT = """\
{{ range .Alerts }}\
{{ if eq .Status `firing` }}Since {{ .StartsAt.UTC.Format `Jan 2, 15:04` }}\
{{ else }}Over since {{ .EndsAt.UTC.Format `Jan 2, 15:04` }}{{ end }} UTC: {{ .Annotations.summary }}
{{ .Annotations.description }}
{{ .Annotations.runbook_url }}

{{ end }}"""

UNHEARD = """\
# Nobody hears of an alarm yet: write secrets/smtp_url, then run `practice init FOLDER --renew-observe`.
"""
HEARD = """\
# Made from secrets/smtp_url and practice/practice.yaml; `practice init FOLDER --renew-observe` makes it anew.
"""


def routing(server: MailServer | None, sender: str, receiver: str) -> str:
    """Alertmanager's configuration. Without a mail server nobody is told, and the file says so."""
    if server is None:
        return UNHEARD + _yaml({"route": {"receiver": NOBODY}, "receivers": [{"name": NOBODY}]})
    return HEARD + _yaml(
        {
            "global": _mail_server(server, sender),
            "route": _route(),
            "receivers": [{"name": OWNER, "email_configs": [_mail_to(receiver)]}],
        }
    )


def _route() -> Mapping[str, Any]:
    return {
        "receiver": OWNER,
        "group_by": ["alertname"],
        "group_wait": "30s",
        "group_interval": "5m",
        "repeat_interval": AGAIN,
        "routes": [
            {
                "matchers": ['severity="critical"'],
                "receiver": OWNER,
                "group_wait": "0s",
                "group_interval": "1m",
                "repeat_interval": AGAIN_WHEN_CRITICAL,
            }
        ],
    }


def _mail_server(server: MailServer, sender: str) -> Mapping[str, Any]:
    """The mail server in Alertmanager's words: on port 465 it begins with TLS of its own accord."""
    said: dict[str, Any] = {
        "smtp_smarthost": f"{server.host}:{server.port}",
        "smtp_from": sender,
        "smtp_require_tls": server.security == "starttls",
    }
    if server.username is not None:
        said |= {"smtp_auth_username": server.username, "smtp_auth_password": server.password}
    return said


def _mail_to(receiver: str) -> Mapping[str, Any]:
    return {
        "to": receiver,
        "send_resolved": True,
        "headers": {"Subject": SUBJECT, "Auto-Submitted": "auto-generated"},
        "html": "",
        "text": TEXT,
    }


def _yaml(value: Mapping[str, Any]) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=1000)

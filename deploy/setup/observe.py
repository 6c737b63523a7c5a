"""Whom alarms reach: Alertmanager's routing, by the practice's own mail server to the practice's owner."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

import yaml

AGAIN, AGAIN_WHEN_CRITICAL = "4h", "30m"
PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
NOBODY, OWNER = "nobody", "owner"

STANDING = "{{ if eq .Status `firing` }}{{ .CommonLabels.severity }}{{ else }}over{{ end }}"
SUBJECT = f"{STANDING}: {{{{ .GroupLabels.alertname }}}}"
TEXT = """\
{{ range .Alerts }}{{ if eq .Status `firing` }}Since {{ .StartsAt.Format `Jan 2, 15:04 MST` }}\
{{ else }}Over since {{ .EndsAt.Format `Jan 2, 15:04 MST` }}{{ end }}: {{ .Annotations.summary }}
{{ .Annotations.description }}
{{ .Annotations.runbook_url }}

{{ end }}"""


def routing(smtp_url: str, sender: str, receiver: str) -> str:
    """Alertmanager's configuration. Without a mail server nobody is told, and the file says so."""
    if not smtp_url:
        said = {"route": {"receiver": NOBODY}, "receivers": [{"name": NOBODY}]}
        return (
            "# Nobody hears of an alarm yet: write secrets/smtp_url, then run\n"
            "# `practice init FOLDER --renew-observe`.\n"
        ) + _yaml(said)
    return (
        "# Made from secrets/smtp_url and practice/practice.yaml; `practice init FOLDER --renew-observe`\n"
        "# makes it anew.\n"
    ) + _yaml(
        {
            "global": _server(urlsplit(smtp_url), sender),
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


def _server(url: SplitResult, sender: str) -> Mapping[str, Any]:
    """The mail server in Alertmanager's words; on port 465 it begins with TLS by itself."""
    said: dict[str, Any] = {
        "smtp_smarthost": f"{url.hostname}:{url.port or PORTS[url.scheme]}",
        "smtp_from": sender,
        "smtp_require_tls": url.scheme == "smtp+starttls",
    }
    if url.username is not None:
        said["smtp_auth_username"] = unquote(url.username)
        said["smtp_auth_password"] = unquote(url.password or "")
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

"""The second way of an alert: intake's own mail server, for what is not known to have left by the first.

It writes alerts about crises and nothing else, to the coordinators of practice.yaml and to nobody else (of
what an operator tries out, to its maker alone). The same words, the same Message-ID as by the first way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

import aiosmtplib
from email_validator import EmailNotValidError, validate_email

from services.intake.domain.contact import Reach
from services.intake.domain.ladder import SafetyCase
from services.intake.domain.request import Request
from services.intake.storage import Alert
from shared import alerts
from shared.contracts.intake import Contact
from shared.errors import Defect
from shared.logs import get_logger
from shared.practice import Coordinator, Practice
from shared.reached import lines_about
from shared.servers import Server
from shared.tokens import Links

log = get_logger(__name__)

SETTING = "INTAKE_ALERT_SMTP"
SECONDS = 20.0
TO_BE_KEPT = policy.SMTP.clone(max_line_length=998)  # a Message-ID is not to be folded


@dataclass(frozen=True, slots=True)
class Told:
    """What an alert is written from; `contact` where the practice wants people named in its mail."""

    alert: Alert
    request: Request
    case: SafetyCase
    reach: Reach
    contact: Contact | None


@dataclass(frozen=True, slots=True)
class SecondWay:
    """Writes alerts and hands them to intake's own mail server."""

    server: Server
    practice: Practice
    links: Links
    public_url: str

    async def send(self, told: Told, now: datetime) -> bool:
        """Whether the server took it. What it said otherwise is logged, and it is tried again later."""
        to = self.recipient(told)
        try:
            address = validate_email(to[1], check_deliverability=False, test_environment=True).ascii_email
        except EmailNotValidError:
            address = None
        if address is None:
            log.error("alert.no_address", request_id=told.request.id)
            return False
        mail = self.letter(told, (to[0], address), now)
        try:
            await aiosmtplib.send(
                mail.as_bytes(policy=TO_BE_KEPT),
                sender=self.practice.from_,
                recipients=[address],
                hostname=self.server.host,
                port=self.server.port,
                username=self.server.username,
                password=self.server.password,
                use_tls=self.server.security == "tls",
                start_tls=self.server.security == "starttls",
                tls_context=self.server.context(),
                local_hostname=domain_of(self.practice),
                timeout=SECONDS,
            )
        except (aiosmtplib.SMTPException, OSError, EOFError) as error:
            log.warning("alert.not_taken", request_id=told.request.id, error=type(error).__name__)
            return False
        return True

    def letter(self, told: Told, to: tuple[str, str], now: datetime) -> EmailMessage:
        """The mail, for this one reader."""
        one, reader = told.alert, self.reader(told.alert).id
        said = self._alert(told)
        mail = EmailMessage(policy=TO_BE_KEPT)
        mail["From"] = formataddr((self.practice.name, self.practice.from_))
        mail["To"] = formataddr(to)
        mail["Subject"] = f"[test] {said.subject}" if told.request.test else said.subject
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = alerts.alert_message_id(
            one.request_id, one.version, one.recipient, domain_of(self.practice)
        )
        mail["Auto-Submitted"] = "auto-generated"
        mail[alerts.SECOND_WAY[0]] = alerts.SECOND_WAY[1]
        token = self.links.sign(
            alerts.PURPOSE, f"{alerts.ROLE}:{reader}", one.request_id, now, alerts.LINK_FOR
        )
        url = f"{self.public_url.rstrip('/')}/{alerts.PATH}/{token}"
        mail.set_content(alerts.in_text(said, url, self._about(told), told.request.safety_rules))
        return mail

    def recipient(self, told: Told) -> tuple[str, str]:
        """Name and address: the coordinator's; of what an operator tries out, its maker's alone."""
        if told.request.test:
            return told.reach.writer.name, told.reach.writer.email or ""
        reader = self.reader(told.alert)
        return reader.name, reader.email

    def reader(self, alert: Alert) -> Coordinator:
        """Whom intake named, or the practice's owner for one who has left: nobody is skipped."""
        found = self.practice.coordinator(alert.recipient) or self.practice.coordinator(self.practice.owner)
        if found is None:
            raise Defect("the owner of a practice is one of its coordinators")
        return found

    def _alert(self, told: Told) -> alerts.Alert:
        lasts = self.practice.clocks.crisis_acknowledged * (1 + told.alert.rung)
        escalates = None if told.request.test else told.case.escalates_at or told.case.flagged_at + lasts
        return alerts.Alert(
            reference=told.request.reference,
            level=told.request.safety_level,
            rung=told.alert.rung,
            flagged_at=told.case.flagged_at,
            escalates_at=escalates,
            readiness=told.request.path == "readiness",
            silenced=told.reach.silenced,
            emergency=alerts.emergency_of(self.practice),
            zone=self.practice.zone,
            second_way=True,
        )

    def _about(self, told: Told) -> Sequence[str]:
        """The person in a few lines, where the practice wants that in its mail."""
        return () if told.contact is None else lines_about(told.contact, self.practice)


def domain_of(practice: Practice) -> str:
    """What Message-IDs end with, as in every other mail."""
    return practice.discreet_from.rpartition("@")[2]

"""What mail servers and mail programs send back, as they write it, about invented people."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Original:
    """One of our mails, as far as it comes back."""

    envelope: str = "dana+token@frontdesk.example.org"
    recipient: str = "sam@example.org"
    message_id: str = "<00000000-0000-4000-8000-000000000001@frontdesk.example.org>"

    @property
    def headers(self) -> str:
        return (
            f"Return-Path: <{self.envelope}>\n"
            "From: Dana at the front desk <dana@frontdesk.example.org>\n"
            f"To: Sam <{self.recipient}>\n"
            "Subject: Your note arrived\n"
            f"Message-ID: {self.message_id}\n"
            "Auto-Submitted: auto-generated\n"
            "MIME-Version: 1.0\n"
            'Content-Type: multipart/alternative; boundary="part-1"\n'
        )


def report(
    original: Original,
    *,
    told: str,
    per_recipient: str,
    sender: str = "MAILER-DAEMON@mx.example.net",
    more: str = "Auto-Submitted: auto-replied\n",
    returned: str = "text/rfc822-headers",
    status_type: str = "message/delivery-status",
    return_path: str = "<>",
) -> bytes:
    """RFC 3464, with what a server says to people, about one recipient, and what it returns of the mail."""
    return (
        f"Return-Path: {return_path}\n"
        f"Delivered-To: {original.envelope}\n"
        f"From: {sender}\n"
        f"To: {original.envelope}\n"
        "Subject: Undelivered Mail Returned to Sender\n"
        f"{more}"
        "Message-ID: <20261123180011.7F3K2@mx.example.net>\n"
        'Content-Type: multipart/report; report-type=delivery-status;\n\tboundary="4Xz.1732384811/mx"\n'
        "\n"
        "--4Xz.1732384811/mx\n"
        "Content-Description: Notification\n"
        "Content-Type: text/plain; charset=utf-8\n"
        "Content-Transfer-Encoding: 8bit\n"
        "\n"
        f"{told}\n"
        "--4Xz.1732384811/mx\n"
        f"Content-Type: {status_type}\n"
        "\n"
        "Reporting-MTA: dns; mx.example.net\n"
        "Arrival-Date: Mon, 23 Nov 2026 18:00:10 +0000\n"
        "\n"
        f"{per_recipient}\n"
        "--4Xz.1732384811/mx\n"
        f"Content-Type: {returned}\n"
        "\n"
        f"{original.headers}\n"
        "--4Xz.1732384811/mx--\n"
    ).encode()


def postfix(original: Original, status: str = "5.1.1", action: str = "failed") -> bytes:
    said = (
        f"<{original.recipient}>: host mx.example.org[192.0.2.5] said: 550 {status}\n"
        f"    <{original.recipient}>: Recipient address rejected (in reply to RCPT TO command)"
    )
    per_recipient = (
        f"Final-Recipient: rfc822; {original.recipient}\n"
        f"Original-Recipient: rfc822;{original.recipient}\n"
        f"Action: {action}\n"
        f"Status: {status}\n"
        "Remote-MTA: dns; mx.example.org\n"
        f"Diagnostic-Code: smtp; 550 {status} <{original.recipient}>: Recipient address rejected\n"
    )
    told = f"This is the mail system at host mx.example.net.\n\n{said}\n"
    return report(original, told=told, per_recipient=per_recipient)


def exim(original: Original) -> bytes:
    """Its status says only of what kind it is; the other server's words say which."""
    told = (
        "This message was created automatically by mail delivery software.\n\n"
        "A message that you sent could not be delivered to one or more of its\n"
        f"recipients. This is a permanent error.\n\n  {original.recipient}\n"
    )
    per_recipient = (
        "Action: failed\n"
        f"Final-Recipient: rfc822;{original.recipient}\n"
        "Status: 5.0.0\n"
        "Remote-MTA: dns; mx.example.org\n"
        "Diagnostic-Code: smtp; 550-5.1.1 The account does not exist at 192.5.1.1\n"
    )
    more = f"X-Failed-Recipients: {original.recipient}\nAuto-Submitted: auto-replied\n"
    return report(original, told=told, per_recipient=per_recipient, more=more, returned="message/rfc822")


def exim_without_a_report(original: Original) -> bytes:
    return (
        "Return-path: <>\n"
        f"Envelope-to: {original.envelope}\n"
        f"X-Failed-Recipients: {original.recipient}\n"
        "Auto-Submitted: auto-replied\n"
        "From: Mail Delivery System <Mailer-Daemon@mx.example.net>\n"
        f"To: {original.envelope}\n"
        "Subject: Mail delivery failed: returning message to sender\n"
        "\n"
        "This message was created automatically by mail delivery software.\n"
        f"\n  {original.recipient}\n    unrouteable address\n\n"
        "------ This is a copy of the message, including all the headers. ------\n\n"
        f"{original.headers}\n"
    ).encode()


def exchange(original: Original) -> bytes:
    told = "Your message to sam couldn't be delivered.\nsam wasn't found at example.org."
    per_recipient = (
        f"Final-Recipient: rfc822;{original.recipient}\n"
        "Action: failed\n"
        "Status: 5.1.10\n"
        "Diagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not found by SMTP\n"
        " address lookup\n"
    )
    sender = '"Microsoft Outlook" <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org>'
    return report(
        original, told=told, per_recipient=per_recipient, sender=sender, more="", returned="message/rfc822"
    )


def gmail(original: Original, status: str = "5.1.1") -> bytes:
    told = f"** Address not found **\n\nYour message wasn't delivered to {original.recipient}."
    per_recipient = (
        f"Final-Recipient: rfc822; {original.recipient}\n"
        "Action: failed\n"
        f"Status: {status}\n"
        "Diagnostic-Code: smtp; 550-5.1.1 The email account that you tried to reach does not exist.\n"
        " Please try double-checking the recipient's address for typos.\n"
        "Last-Attempt-Date: Mon, 23 Nov 2026 10:00:11 -0800 (PST)\n"
    )
    sender = "Mail Delivery Subsystem <mailer-daemon@googlemail.com>"
    more = f"X-Failed-Recipients: {original.recipient}\nAuto-Submitted: auto-replied\n"
    return report(
        original,
        told=told,
        per_recipient=per_recipient,
        sender=sender,
        more=more,
        returned="message/rfc822",
    )


def in_spanish(original: Original) -> bytes:
    told = (
        "No se ha podido entregar su mensaje.\n\n"
        f"El buzón {original.recipient} está lleno; inténtelo más tarde, señora Muñoz."
    )
    per_recipient = (
        f"Final-Recipient: rfc822;{original.recipient}\n"
        "Action: failed\n"
        "Status: 5.2.2 (buzón lleno)\n"
        "Diagnostic-Code: smtp;552 5.2.2 El buzón está lleno\n"
    )
    sender = "Administrador de correo <postmaster@example.net>"
    return report(original, told=told, per_recipient=per_recipient, sender=sender)


def opensmtpd(original: Original) -> bytes:
    per_recipient = f"Final-Recipient: rfc822; {original.recipient}\nAction: error\nStatus: 5.1.2\n"
    return report(original, told="Hi! This is the MAILER-DAEMON.", per_recipient=per_recipient)


def global_report(original: Original) -> bytes:
    """RFC 6533: an address outside ASCII."""
    per_recipient = "Final-Recipient: utf-8; jos\\x{E9}@example.org\nAction: failed\nStatus: 5.1.1\n"
    return report(
        original,
        told="No such user.",
        per_recipient=per_recipient,
        status_type="message/global-delivery-status",
        returned="message/global-headers",
    )


def qmail(original: Original) -> bytes:
    return (
        "Return-Path: <>\n"
        "From: MAILER-DAEMON@mx.example.net\n"
        f"To: {original.envelope}\n"
        "Subject: failure notice\n"
        "\n"
        "Hi. This is the qmail-send program at mx.example.net.\n"
        "I'm afraid I wasn't able to deliver your message to the following addresses.\n"
        "This is a permanent error; I've given up. Sorry it didn't work out.\n"
        "\n"
        f"<{original.recipient}>:\n"
        "Sorry, no mailbox here by that name. (#5.1.1)\n"
        "\n"
        "--- Below this line is a copy of the message.\n"
        "\n"
        f"{original.headers}\n"
    ).encode()


def complaint(original: Original, kind: str = "abuse", *, named: bool = True) -> bytes:
    """RFC 5965, as a provider's feedback loop sends it."""
    mail_from = f"Original-Mail-From: <{original.envelope}>\n" if named else ""
    return (
        "Return-Path: <feedback@mail.example.net>\n"
        "From: Feedback <feedback@mail.example.net>\n"
        "To: abuse@frontdesk.example.org\n"
        "Subject: FW: Your note arrived\n"
        "MIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=feedback-report; boundary="arf"\n'
        "\n"
        "--arf\n"
        "Content-Type: text/plain\n"
        "\n"
        "This is an email abuse report.\n"
        "--arf\n"
        "Content-Type: message/feedback-report\n"
        "\n"
        f"Feedback-Type: {kind}\n"
        "User-Agent: SomeGenerator/1.0\n"
        "Version: 1\n"
        f"{mail_from}"
        f"Original-Rcpt-To: <{original.recipient}>\n"
        "\n"
        "--arf\n"
        "Content-Type: message/rfc822\n"
        "\n"
        f"{original.headers if named else original.headers.partition(chr(10))[2]}"
        "\n"
        "--arf--\n"
    ).encode()


def letter(to: str, text: str = "Thank you.", **headers: str) -> bytes:
    """What a person or their mail program writes."""
    fields: Mapping[str, str] = {
        "Return-Path": "<sam@example.org>",
        "From": "Sam Rivera <sam@example.org>",
        "To": to,
        "Subject": "Re: Your note arrived",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\n" for name, value in fields.items() if value)
    return f"{head}\n{text}\n".encode()


def vacation(to: str, **headers: str) -> bytes:
    """RFC 3834: it goes to the envelope's sender, and has none itself."""
    marks = {"Auto_Submitted": "auto-replied", "Return_Path": "<>", "Subject": "Fuera de la oficina"}
    return letter(to, "Estoy de vacaciones hasta el lunes.", **marks | headers)

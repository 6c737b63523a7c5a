"""A test mail, to an address that an operator types: it is about nobody, and goes the way that mails go.

The one mail beside the delivery loop. It knows no delivery, no person and no link, so contact safety has
nothing to decide about it (ADR 46); it is written and sent as every other mail is.
"""

from datetime import datetime

from markupsafe import escape

from services.notifications.letter import compose
from services.notifications.rendering import Rendered
from services.notifications.settings import NotificationsSettings
from services.notifications.smtp import Accepted, Envelope, Mailer, MailServer
from shared.markdown import html_of
from shared.practice import Practice

TRIAL_SECONDS = 5.0
SUBJECT = "[test] A test mail from {practice}"
TEXT = """\
Hello,

this is a test. Somebody who looks after the mail of {practice} asked for it, to see whether mails arrive.

If you read this in your inbox, they do. If it was among junk mail, tell them so: then others' mail may be
there too.

You need do nothing. It is about no request and no person.

{practice}
"""
PAGE = '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title></head>\n'


async def send_trial(
    settings: NotificationsSettings, practice: Practice, to: str, now: datetime, new_id: str
) -> str | None:
    """Sends one test mail. None when the mail server took it, else why not, as a code.

    Raises Misconfigured when the address of the mail server is wrong, Defect when `to` is no address.
    """
    server = MailServer.of(settings)
    domain = practice.from_.rpartition("@")[2]
    mailer = Mailer(server, hello=domain, command_seconds=TRIAL_SECONDS)
    envelope = trial_to(to, practice, now, f"<{new_id}@{domain}>")
    try:
        result = await mailer.send(envelope)
    finally:
        await mailer.close()
    return None if isinstance(result, Accepted) else result.why


def trial_to(to: str, practice: Practice, now: datetime, message_id: str) -> Envelope:
    """The finished test mail."""
    subject, text = SUBJECT.format(practice=practice.name), TEXT.format(practice=practice.name)
    page = PAGE.format(title=escape(subject)) + f"<body>\n{html_of(text)}\n</body>\n</html>\n"
    content = compose(
        Rendered(subject, text, page),
        sender=(practice.name, practice.from_),
        recipient=("", to),
        message_id=message_id,
        date=now,
    )
    return Envelope(practice.from_, to, content)

"""Mail: the server lets us in, a test mail goes through where one was asked for, and none is late."""

from collections.abc import Sequence
from datetime import timedelta

from deploy.checks.finding import Finding, Round, well, wrong
from deploy.house import opened, practice_of
from services.notifications import operations as notifications
from services.notifications.press import trial
from services.notifications.settings import NotificationsSettings
from shared.ids import new_id

MAILBOX_QUIET = timedelta(hours=1)


async def mail_server(given: Round) -> Sequence[Finding]:
    """The mail server lets us in; nothing is sent, but a test mail to whoever asked for one."""
    settings = NotificationsSettings.read(given.environ)
    why, do = "mails wait meanwhile and are not lost", "check NOTIFICATIONS_SMTP_URL"
    refusal = await notifications.check_mail_server(settings)
    if refusal:
        return [wrong("smtp", refusal, why, do)]
    found = [well("smtp", "the mail server takes us")]
    if given.send_to is not None:
        found.append(await _test_mail(settings, given, given.send_to))
    return found


async def _test_mail(settings: NotificationsSettings, given: Round, to: str) -> Finding:
    practice = practice_of(given.environ)
    refusal = await trial.send_trial(settings, practice, to, given.clock(), new_id())
    if refusal is None:
        what = f"the mail server took a test mail to {to}: look whether it arrives, and not among junk mail"
        return well("test mail", what)
    why = "what keeps this mail back keeps the practice's own mails back"
    do = "look at the mail server's log for the reason, and try again"
    return wrong("test mail", f"a test mail to {to} was not taken: {refusal}", why, do)


async def mailbox(given: Round) -> Sequence[Finding]:
    """The mailbox that mails come back to lets us in, and is looked into; nothing in it is read."""
    settings = NotificationsSettings.read(given.environ)
    if not settings.imap_url:
        return [well("mailbox", "none is looked into: NOTIFICATIONS_IMAP_URL names none")]
    do = "check NOTIFICATIONS_IMAP_URL and NOTIFICATIONS_IMAP_PASSWORD"
    refusal = await notifications.check_mailbox(settings)
    if refusal:
        return [wrong("mailbox", refusal, "what comes back waits there and is not lost", do)]
    async with opened("notifications", given.environ) as database:
        read_at = await notifications.mailbox_read_at(database, settings)
    if read_at is not None and given.clock() - read_at > MAILBOX_QUIET:
        at = read_at.astimezone(practice_of(given.environ).zone)
        what = f"it lets us in, but was read last {at:%a %b %d, %H:%M}"
        why = "notifications does not run, or does not reach it from where it runs"
        return [wrong("mailbox", what, why, "look for mailbox.unreadable in its log")]
    return [well("mailbox", "the mailbox that mails come back to lets us in")]


async def deliveries(given: Round) -> Sequence[Finding]:
    """No mail is late, and none has failed for good."""
    async with opened("notifications", given.environ) as database:
        health = await notifications.health(database, given.clock())
    failed = health.by_state.get("failed", 0)
    if failed or health.late:
        why = "somebody waits for a mail that did not go: the mail server refuses us, or one address"
        do = (
            "look at smtp above; `practice open` lists them, and `practice trail R-…` tells why a mail failed"
        )
        return [wrong("mail", f"{failed} failed, {health.late} late", why, do)]
    return [well("mail", "none is late, none has failed")]

"""The practice's mail server as `secrets/smtp_url` names it, as far as alarms can go by it."""

from services.notifications.smtp import MailServer
from shared.errors import Misconfigured

TLS_AT_ONCE = 465  # where alone Alertmanager begins with TLS


def server_of_alarms(url: str, plain_host: str) -> MailServer:
    """The server that a URL names; `plain_host` is the sink that may be spoken to without TLS.

    Raises Misconfigured, without quoting what may hold a password.
    """
    server = MailServer.read(url, plain_host=plain_host)
    if server.security == "tls" and server.port != TLS_AT_ONCE:
        raise Misconfigured(
            f"secrets/smtp_url: alarms can be sent by smtps:// on port {TLS_AT_ONCE} alone, "
            f"not on {server.port}; use that port, or smtp+starttls://"
        )
    return server

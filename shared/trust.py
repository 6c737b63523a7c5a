"""Whom the practice's machines believe inside: its own certificate authority, and nobody else."""

import ssl
from pathlib import Path

from shared.errors import Misconfigured


def trusting(ca: Path) -> ssl.SSLContext:
    """How a client speaks TLS to NATS and PostgreSQL: this authority alone, the host's name checked.

    Raises Misconfigured when the file cannot be read or holds no certificate.
    """
    try:
        context = ssl.create_default_context(cafile=str(ca))
    except ssl.SSLError:
        raise Misconfigured(
            f"PRACTICE_CA names {ca}, which holds no certificate: name the authority's file, ca.pem"
        ) from None
    except OSError as error:
        raise Misconfigured(
            f"PRACTICE_CA names {ca}, which cannot be read ({error.strerror}): name ca.pem, the authority's"
        ) from None
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context

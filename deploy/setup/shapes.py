"""What a secret must look like, so that an empty, short or cut one is seen before it is used."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from deploy.setup.contents import SEEDS
from deploy.setup.roles import ROLES

MAY_BE_EMPTY = frozenset(
    {"secrets/imap_password", "secrets/intake_site_keys", "secrets/intake_event_secrets", "secrets/smtp_url"}
)


def _listed(one: str) -> str:
    """One or more, separated by commas."""
    return rf"{one}(\s*,\s*{one})*"


PHRASES = _listed(r"[^\s,]{32,}")

SHAPES: Mapping[str, str] = MappingProxyType(
    {
        "secrets/intake_vault_keys": _listed(r"[^\s:,]+:[A-Za-z0-9+/]{43}="),
        "secrets/intake_address_key": r"\S{32,}",
        "secrets/intake_link_keys": PHRASES,
        "secrets/matching_link_keys": PHRASES,
        "secrets/notifications_link_keys": PHRASES,
        "secrets/resources_link_keys": PHRASES,
        "secrets/intake_site_keys": _listed(r"[^\s:,]+:[0-9a-f]{64}"),
        "secrets/intake_event_secrets": _listed(r"[^\s:,]+:whsec_[A-Za-z0-9+/]{32,}={0,2}"),
        "secrets/postgres_password": r"\S{16,}",
        **{
            f"secrets/{role}_database_url": r"postgresql\+asyncpg://[^\s:]+:[^\s@]{16,}@\S+" for role in ROLES
        },
        **dict.fromkeys(SEEDS, r"SU[A-Z2-7]{56}"),
        "secrets/nats_store_key": r"\S{32,}",
        "website/site-key": r"\S{32,}",
        "website/event-secret": r"whsec_[A-Za-z0-9+/]{32,}={0,2}",
        "backup/identity": r"AGE-SECRET-KEY-1[A-Z0-9]{58}",
        "backup/recipient": r"age1[a-z0-9]{58}",
    }
)


def damage(name: str, text: str) -> str | None:
    """What is wrong with the text of a file, in words that do not repeat it; None when it looks right."""
    text = text.strip()
    if not text:
        return None if name in MAY_BE_EMPTY else "is empty"
    if name in SHAPES and not re.fullmatch(SHAPES[name], text):
        return "is too short, cut off, or not what belongs there"
    return None

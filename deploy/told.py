"""The trail of one request, from all four services, in order."""

import re
from typing import Any

from deploy.house import Databases
from services.intake import operations as intake
from services.matching import operations as matching
from services.notifications import operations as notifications
from services.resources import operations as resources

VERSION = re.compile(r"\.v\d+$")  # of a fact; a trail says what happened, not in which form it was told
TRAILS = {
    "intake": intake.trail,
    "matching": matching.trail,
    "notifications": notifications.trail,
    "resources": resources.trail,
}


async def told(reference: str, databases: Databases) -> list[dict[str, Any]]:
    """`at`, `kind` (event, mail, action), `name` and `detail` of everything that happened, in codes."""
    entries: list[dict[str, Any]] = []
    for service, trail in TRAILS.items():
        entries += await trail(databases[service], reference)
    plain = ({**entry, "name": VERSION.sub("", entry["name"])} for entry in entries)
    return sorted(plain, key=lambda entry: entry["at"])

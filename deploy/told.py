"""The trail of one request, from all four services, in order."""

from typing import Any

from deploy.house import Databases
from services.intake import operations as intake
from services.matching import operations as matching
from services.notifications import operations as notifications
from services.resources import operations as resources

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
    return sorted(entries, key=lambda entry: entry["at"])

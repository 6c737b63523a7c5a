"""This service's own history."""

from services.notifications.storage import metadata
from shared.migrations import run

run(metadata)

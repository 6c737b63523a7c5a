"""Intake's tables and its only SQL: people and words sealed, requests as codes, and what is on record."""

from services.intake.storage.contacts import load_reaches, load_words, save_silence
from services.intake.storage.idempotency import Claim, Earlier, claim, load_earlier
from services.intake.storage.records import (
    Access,
    Done,
    Open,
    Purged,
    Refusal,
    load_accesses,
    load_done,
    load_open,
    load_quarantine_loads,
    load_quarantined,
    load_refusals,
    purge,
    save_access,
    save_refusal,
)
from services.intake.storage.requests import (
    Arrival,
    load_request,
    load_requests,
    save_actions,
    save_requests,
    update_request,
)
from services.intake.storage.sealing import Document, Sealer
from services.intake.storage.tables import metadata

__all__ = [
    "Access",
    "Arrival",
    "Claim",
    "Document",
    "Done",
    "Earlier",
    "Open",
    "Purged",
    "Refusal",
    "Sealer",
    "claim",
    "load_accesses",
    "load_done",
    "load_earlier",
    "load_open",
    "load_quarantine_loads",
    "load_quarantined",
    "load_reaches",
    "load_refusals",
    "load_request",
    "load_requests",
    "load_words",
    "metadata",
    "purge",
    "save_access",
    "save_actions",
    "save_refusal",
    "save_requests",
    "save_silence",
    "update_request",
]

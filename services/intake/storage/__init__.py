"""Intake's tables and its only SQL: people and words sealed, requests as codes, and what is on record."""

from services.intake.storage.contacts import load_reaches, save_silence
from services.intake.storage.idempotency import Claim, Earlier, claim, load_earlier
from services.intake.storage.records import (
    Access,
    Open,
    Purged,
    Refusal,
    Step,
    load_accesses,
    load_open,
    load_quarantine_loads,
    load_quarantined,
    load_refusals,
    load_steps,
    purge,
    save_access,
    save_refusal,
    save_steps,
)
from services.intake.storage.requests import (
    Arrival,
    load_request,
    load_requests,
    save_requests,
    take_request,
    update_request,
)
from services.intake.storage.safety import load_cleared, save_cleared
from services.intake.storage.sealing import Document, Sealer
from services.intake.storage.tables import metadata
from services.intake.storage.words import keep_note, load_words

__all__ = [
    "Access",
    "Arrival",
    "Claim",
    "Document",
    "Earlier",
    "Open",
    "Purged",
    "Refusal",
    "Sealer",
    "Step",
    "claim",
    "keep_note",
    "load_accesses",
    "load_cleared",
    "load_earlier",
    "load_open",
    "load_quarantine_loads",
    "load_quarantined",
    "load_reaches",
    "load_refusals",
    "load_request",
    "load_requests",
    "load_steps",
    "load_words",
    "metadata",
    "purge",
    "save_access",
    "save_cleared",
    "save_refusal",
    "save_requests",
    "save_silence",
    "save_steps",
    "take_request",
    "update_request",
]

"""What intake is told: its environment, and the rules by which it judges words."""

from pathlib import Path

from pydantic import Field

from services.intake.domain.admission import AdmissionRules
from services.intake.domain.concerns import ConcernRules
from services.intake.domain.rule_files import ConcernLexicon, SafetyRules
from services.intake.domain.triage import TriageRules
from shared.practice import load_rule
from shared.settings import ServiceSettings


class IntakeSettings(ServiceSettings):
    """The environment of `python -m services.intake`; the three keys have no default."""

    service: str = "intake"
    database_url: str = "sqlite+aiosqlite:///var/intake.db"
    port: int = Field(default=8001, ge=0, le=65535)
    vault_keys: str = Field(min_length=1, repr=False)  # id:base64,id:base64; the first seals, all open
    address_key: str = Field(min_length=1, repr=False)  # never changes: equal addresses are found by it
    link_keys: str = Field(min_length=1, repr=False)  # separated by commas; the first signs
    trusted_proxies: int = Field(default=0, ge=0, le=10)  # how many of ours stand in front

    @property
    def link_ring(self) -> tuple[str, ...]:
        """The keys of the links, current first."""
        return tuple(key.strip() for key in self.link_keys.split(",") if key.strip())


def admission_rules(directory: Path) -> AdmissionRules:
    """The reviewed rules of the practice in `directory`, ready for searching; raises `BadFile`."""
    return AdmissionRules(
        triage=TriageRules.of(load_rule(directory, "safety.yaml", SafetyRules)),
        concerns=ConcernRules.of(load_rule(directory, "concerns.yaml", ConcernLexicon)),
    )

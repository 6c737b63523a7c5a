"""What intake is told: its environment, and the rules by which it judges words."""

from pathlib import Path

from pydantic import Field, TypeAdapter, ValidationError

from services.intake.domain.admission import AdmissionRules
from services.intake.domain.concerns import ConcernRules
from services.intake.domain.rule_files import ConcernLexicon, SafetyPart, SafetyRules
from services.intake.domain.signature import Secret
from services.intake.domain.triage import TriageRules
from shared.errors import Misconfigured
from shared.language import house_languages
from shared.practice import Practice, SiteKey, load_practice, load_rule
from shared.practice.fields import Slug
from shared.settings import ServiceSettings

SITE_NAME: TypeAdapter[str] = TypeAdapter(Slug)


class IntakeSettings(ServiceSettings):
    """The environment of `python -m services.intake`; the three keys have no default."""

    service: str = "intake"
    database_url: str = "sqlite+aiosqlite:///var/intake.db"
    port: int = Field(default=8001, ge=0, le=65535)
    public_url: str = "http://127.0.0.1:8001"  # what links to intake begin with
    vault_keys: str = Field(min_length=1, repr=False)  # id:base64,id:base64; the first seals, all open
    address_key: str = Field(min_length=1, repr=False)  # never changes: equal addresses are found by it
    link_keys: str = Field(min_length=1, repr=False)  # separated by commas; the first signs
    trusted_proxies: int = Field(default=0, ge=0, le=10)  # how many of ours stand in front
    site_keys: str = ""  # name:sha256,name:sha256; further websites, beside those of practice.yaml

    alert_smtp_url: str = Field(default="", repr=False)  # the second way of an alert; empty: there is none
    alert_smtp_ca: Path | None = None  # a file of certificates to trust instead of the system's
    alert_smtp_plain_host: str = ""  # a sink for trying out (ADR 47)

    event_secrets: str = Field(default="", repr=False)  # name:whsec_…,name:whsec_…; two while one is changed

    @property
    def event_ring(self) -> tuple[Secret, ...]:
        """The secrets with which websites sign their events. Raises Misconfigured."""
        entries = [entry.strip().partition(":") for entry in self.event_secrets.split(",") if entry.strip()]
        try:
            return tuple(
                Secret.read(SITE_NAME.validate_python(name), written) for name, _, written in entries
            )
        except ValueError:
            raise Misconfigured(
                "INTAKE_EVENT_SECRETS must be name:whsec_…,name:whsec_…, each of 24 to 64 bytes in base64"
            ) from None

    @property
    def link_ring(self) -> tuple[str, ...]:
        """The keys of the links, current first."""
        return tuple(key.strip() for key in self.link_keys.split(",") if key.strip())


def practice_of(settings: IntakeSettings) -> Practice:
    """The practice, with the websites whose keys come from the environment. Raises Misconfigured."""
    practice = load_practice(settings.config_dir)
    entries = [entry.strip().partition(":") for entry in settings.site_keys.split(",") if entry.strip()]
    try:
        further = tuple(SiteKey(name=name, sha256=digest) for name, _, digest in entries)
    except ValidationError:
        raise Misconfigured("INTAKE_SITE_KEYS must be name:sha256,name:sha256") from None
    return practice.model_copy(update={"site_keys": (*practice.site_keys, *further)})


def safety_rules(directory: Path) -> TriageRules:
    """`rules/safety.yaml` and the parts that it names, each the practice's own or the common one.

    Raises `BadFile`; and Misconfigured where two of the files have a rule of one code.
    """
    core = load_rule(directory, "safety.yaml", SafetyRules)
    parts = [load_rule(directory, name, SafetyPart) for name in core.parts]
    try:
        return TriageRules.of(core, parts)
    except ValueError as wrong:
        raise Misconfigured(f"rules/safety.yaml and its parts: {wrong}") from None


def admission_rules(directory: Path) -> AdmissionRules:
    """The reviewed rules of the practice in `directory`, ready for searching.

    Raises `BadFile`; and Misconfigured where the house speaks a language in which no crisis would be found.
    """
    safety = safety_rules(directory)
    unheard = [each for each in house_languages() if each not in safety.languages]
    if unheard:
        raise Misconfigured(
            f"rules/safety.yaml has no rule for a crisis in {', '.join(unheard)}: "
            "somebody who writes in that language would not be heard"
        )
    return AdmissionRules(
        triage=safety,
        concerns=ConcernRules.of(load_rule(directory, "concerns.yaml", ConcernLexicon)),
    )

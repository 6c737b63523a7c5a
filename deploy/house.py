"""The four services as an operator's tools reach them: their settings, databases and listeners."""

import os
import pwd
import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from pydantic import Field, field_validator

import services.intake
import services.matching
import services.notifications
import services.resources
from services.intake import handlers as intake_handlers
from services.intake.domain.admission import AdmissionRules
from services.intake.settings import IntakeSettings, admission_rules
from services.intake.vault import Vault
from services.intake.web.words import LOCALE as INTAKE_LOCALE
from services.matching import handlers as matching_handlers
from services.matching.settings import MatchingSettings, terms_of
from services.matching.web.noes import LOCALE as MATCHING_LOCALE
from services.notifications import handlers as notifications_handlers
from services.notifications.languages import check_languages
from services.notifications.settings import NotificationsSettings
from services.resources import handlers as resources_handlers
from services.resources.settings import ResourcesSettings
from services.resources.web.noes import LOCALE as RESOURCES_LOCALE
from shared.contracts.base import Ask, Fact
from shared.database import Database
from shared.errors import Misconfigured
from shared.language import check_words
from shared.messaging.entrance import BusSettings
from shared.messaging.rights import Rights, rights
from shared.migrations import is_current, upgrade
from shared.practice import Practice, load_catalogue, load_practice
from shared.runtime import bus_settings as bus_settings_of
from shared.settings import ServiceSettings, Written, value_of

LOCALES = {"intake": INTAKE_LOCALE, "matching": MATCHING_LOCALE, "resources": RESOURCES_LOCALE}
Databases = Mapping[str, Database]
_NO_CODE = re.compile(r"[^A-Za-z0-9._-]")

SETTINGS: Mapping[str, type[ServiceSettings]] = {
    "intake": IntakeSettings,
    "matching": MatchingSettings,
    "notifications": NotificationsSettings,
    "resources": ResourcesSettings,
}


class Surroundings(ServiceSettings):
    """What every service is told alike: enough for what opens no database, and nobody's secret."""

    service: str = "practice"
    database_url: str = ""
    port: int = 0


class Provisioning(Surroundings):
    """What provisioning alone is told beside that."""

    nats_provisioner_seed: Written = Field(default=None, alias="PRACTICE_NATS_PROVISIONER_SEED", repr=False)
    nats_replicas: int = Field(default=1, alias="PRACTICE_NATS_REPLICAS")

    @field_validator("nats_replicas")
    @classmethod
    def _is_odd(cls, servers: int) -> int:
        if servers not in (1, 3, 5):
            raise ValueError("must be 1, 3 or 5: how many servers keep each stream")
        return servers


def operator_name(environ: Mapping[str, str]) -> str:
    """By what name whoever gives a command goes on record: PRACTICE_OPERATOR, else the system's own."""
    said = value_of(environ, "PRACTICE_OPERATOR")
    return _NO_CODE.sub("_", said or _login_name())[:60]


def _login_name() -> str:
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # in a container, whoever owns the folder need not have a name
        return f"uid-{os.getuid()}"


def database_url(service: str, environ: Mapping[str, str]) -> str:
    """Where a service's database is. Raises Misconfigured when its settings are wrong."""
    return SETTINGS[service].read(environ).database_url


def owner_url_variable(service: str) -> str:
    """`INTAKE_OWNER_DATABASE_URL`: as whom `practice migrate` changes the tables of a service."""
    return f"{service.upper()}_OWNER_DATABASE_URL"


def owner_database_url(service: str, environ: Mapping[str, str]) -> str:
    """Where a service's database is for whoever may change its tables; nothing else need be set for it.

    Raises Misconfigured when a file that names it cannot be used.
    """
    own, usual = owner_url_variable(service), SETTINGS[service].variable("database_url")
    default: str = SETTINGS[service].model_fields["database_url"].default
    return value_of(environ, own) or value_of(environ, usual) or default


def ca_of(environ: Mapping[str, str]) -> Path | None:
    """The authority that NATS and PostgreSQL are believed by; None where they are spoken to in plain text."""
    return Surroundings.read(environ).ca


async def migrate(service: str, environ: Mapping[str, str]) -> None:
    """Brings a service's database to the newest revision, as its owner."""
    await upgrade(service, owner_database_url(service, environ), ca=ca_of(environ))


async def is_migrated(service: str, environ: Mapping[str, str]) -> bool:
    """Whether a service's database is at the newest revision that this code knows."""
    return await is_current(service, database_url(service, environ), ca=ca_of(environ))


@asynccontextmanager
async def opened(service: str, environ: Mapping[str, str]) -> AsyncIterator[Database]:
    """The service's database, closed afterwards."""
    settings = SETTINGS[service].read(environ)
    operator = operator_name(environ)
    database = Database.open(settings.database_url, ca=settings.ca, operator=operator)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def all_opened(environ: Mapping[str, str]) -> AsyncIterator[Databases]:
    """The databases of all four services, by service."""
    async with AsyncExitStack() as stack:
        yield {service: await stack.enter_async_context(opened(service, environ)) for service in SETTINGS}


def config_dir(environ: Mapping[str, str]) -> Path:
    """The folder with the practice's files."""
    return Surroundings.read(environ).config_dir


def practice_of(environ: Mapping[str, str]) -> Practice:
    """The practice. Raises Misconfigured, with a line for each thing wrong in its files."""
    return load_practice(config_dir(environ))


def checked_practice(environ: Mapping[str, str]) -> Practice:
    """The practice, once every service's settings and every file are known to be usable.

    Raises Misconfigured with what is wrong, so that a start fails here and not in a loop of restarts.
    """
    for settings in SETTINGS.values():
        settings.read(environ)
    practice, directory = practice_of(environ), config_dir(environ)
    terms_of(practice, directory)
    check_every_language(environ)
    vault_of(environ)
    return practice


def check_every_language(environ: Mapping[str, str]) -> None:
    """Raises Misconfigured, with what is missing, unless everything is said in each language of the house."""
    directory = config_dir(environ)
    looks: Sequence[Callable[[], object]] = (
        *(partial(check_words, service, locale) for service, locale in LOCALES.items()),
        check_languages,
        partial(admission_rules, directory),
        lambda: load_catalogue(directory, load_practice(directory)),
    )
    missing = list(dict.fromkeys(line for look in looks for line in _told(look)))
    if missing:
        raise Misconfigured("\n".join(missing))


def _told(look: Callable[[], object]) -> Sequence[str]:
    """What somebody who looks complains of, a line each; nothing when all is well."""
    try:
        look()
    except Misconfigured as wrong:
        return str(wrong).splitlines()
    return ()


def bus_settings(environ: Mapping[str, str]) -> BusSettings:
    """Where NATS is, and as whom to speak to it."""
    return bus_settings_of(Surroundings.read(environ))


def provisioner_settings(environ: Mapping[str, str]) -> BusSettings:
    """The same for who makes streams and consumers: by a seed of its own, where one is named."""
    told = Provisioning.read(environ)
    return replace(bus_settings_of(told), seed=told.nats_provisioner_seed or told.nats_seed)


def replicas_of(environ: Mapping[str, str]) -> int:
    """How many servers keep each stream. Raises Misconfigured when that is no number of servers."""
    return Provisioning.read(environ).nats_replicas


def listened() -> Mapping[str, Sequence[type[Fact]]]:
    """The facts that each service listens to."""
    listeners = {
        "intake": intake_handlers.LISTENERS,
        "matching": matching_handlers.LISTENERS,
        "notifications": notifications_handlers.LISTENERS,
        "resources": resources_handlers.LISTENERS,
    }
    return {service: [each.fact for each in theirs] for service, theirs in listeners.items()}


def asked() -> Mapping[str, Sequence[type[Ask]]]:
    """What each service asks others."""
    return {
        "intake": services.intake.ASKS,
        "matching": services.matching.ASKS,
        "notifications": services.notifications.ASKS,
        "resources": services.resources.ASKS,
    }


def bus_rights() -> Mapping[str, Rights]:
    """What every user may do on NATS."""
    return rights(listened(), asked())


def vault_of(environ: Mapping[str, str]) -> Vault:
    """What opens intake's sealed fields. Raises Misconfigured when a key is missing or wrong."""
    settings = IntakeSettings.read(environ)
    return Vault.of(settings.vault_keys, settings.address_key)


def admission_rules_of(environ: Mapping[str, str]) -> AdmissionRules:
    """The rules by which intake judges words. Raises Misconfigured when a rule file is wrong."""
    return admission_rules(config_dir(environ))

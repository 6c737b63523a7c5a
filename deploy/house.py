"""The four services as an operator's tools reach them: their settings, databases and listeners."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

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
from shared.contracts.base import Fact
from shared.database import Database
from shared.errors import Misconfigured
from shared.language import check_words
from shared.messaging.bus import BusSettings
from shared.practice import Practice, load_catalogue, load_practice
from shared.settings import ServiceSettings

LOCALES = {"intake": INTAKE_LOCALE, "matching": MATCHING_LOCALE, "resources": RESOURCES_LOCALE}
Databases = Mapping[str, Database]

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


def database_url(service: str, environ: Mapping[str, str]) -> str:
    """Where a service's database is. Raises Misconfigured when its settings are wrong."""
    return SETTINGS[service].read(environ).database_url


@asynccontextmanager
async def opened(service: str, environ: Mapping[str, str]) -> AsyncIterator[Database]:
    """The service's database, closed afterwards."""
    database = Database.open(database_url(service, environ))
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
    """Where NATS is."""
    settings = Surroundings.read(environ)
    return BusSettings(settings.nats_url, settings.nats_user, settings.nats_password)


def listened() -> Mapping[str, Sequence[type[Fact]]]:
    """The facts that each service listens to."""
    listeners = {
        "intake": intake_handlers.LISTENERS,
        "matching": matching_handlers.LISTENERS,
        "notifications": notifications_handlers.LISTENERS,
        "resources": resources_handlers.LISTENERS,
    }
    return {service: [each.fact for each in theirs] for service, theirs in listeners.items()}


def vault_of(environ: Mapping[str, str]) -> Vault:
    """What opens intake's sealed fields. Raises Misconfigured when a key is missing or wrong."""
    settings = IntakeSettings.read(environ)
    return Vault.of(settings.vault_keys, settings.address_key)


def admission_rules_of(environ: Mapping[str, str]) -> AdmissionRules:
    """The rules by which intake judges words. Raises Misconfigured when a rule file is wrong."""
    return admission_rules(config_dir(environ))

"""What the doors stand on: made once at start, handed to every door."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from services.intake.domain.admission import AdmissionRules
from services.intake.domain.practice_facts import PracticeFacts
from services.intake.domain.signature import Secret
from services.intake.handlers import Desk
from services.intake.handlers.calls import Calls
from services.intake.vault import Vault
from shared.clock import Clock
from shared.database import Database
from shared.ids import Ids
from shared.messaging.ask import Asker
from shared.pages import Pages
from shared.pages.knock import is_ours
from shared.pages.turnstile import Turnstile
from shared.practice import Practice
from shared.tokens import Links

TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Front:
    """The front of intake: who we are, what we know, where things are kept, and how often one may knock."""

    practice: Practice
    rules: AdmissionRules
    facts: PracticeFacts
    database: Database
    desk: Desk
    vault: Vault
    calls: Calls
    links: Links
    clock: Clock
    ids: Ids
    public_url: str
    ask: Asker
    event_secrets: tuple[Secret, ...] = ()  # of the websites whose servers send signed events
    trusted_proxies: int = 0
    turnstile: Turnstile = field(default_factory=Turnstile)
    pages: Pages = field(default_factory=lambda: Pages(TEMPLATES))

    @classmethod
    def of(
        cls,
        practice: Practice,
        rules: AdmissionRules,
        database: Database,
        vault: Vault,
        links: Links,
        clock: Clock,
        ids: Ids,
        public_url: str,
        ask: Asker,
        *,
        event_secrets: tuple[Secret, ...] = (),
        trusted_proxies: int = 0,
    ) -> Self:
        """The front of this practice, reached by people at `public_url`."""
        return cls(
            practice=practice,
            rules=rules,
            facts=PracticeFacts.of(practice),
            database=database,
            desk=Desk.of(practice, vault),
            vault=vault,
            calls=Calls(database, practice, vault, ids),
            links=links,
            clock=clock,
            ids=ids,
            public_url=public_url.rstrip("/"),
            ask=ask,
            event_secrets=event_secrets,
            trusted_proxies=trusted_proxies,
        )

    @property
    def secure(self) -> bool:
        """Whether people reach us over https."""
        return self.public_url.startswith("https://")

    def admits_origin(self, origin: str, host: str) -> bool:
        """Whether a page of this origin may post here: a listed website's, or our own."""
        return origin in self.practice.origins or self.is_ours(origin, host)

    def is_ours(self, origin: str, host: str) -> bool:
        """Whether a page of this origin is one of ours."""
        return is_ours(self.public_url, origin, host)

    def admits_return(self, url: str) -> bool:
        """Whether a form may send people on to this page: one on a listed origin, written plainly."""
        if not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>'):
            return False
        try:
            parts = urlsplit(url)
        except ValueError:  # half an IPv6 address
            return False
        return f"{parts.scheme}://{parts.netloc}" in self.practice.origins

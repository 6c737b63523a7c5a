"""What the doors stand on: made once at start, handed to every door."""

from dataclasses import dataclass, field
from pathlib import Path

from services.resources.handlers.acts import Acts
from shared.clock import Clock
from shared.database import Database
from shared.messaging.ask import Asker
from shared.pages import Pages
from shared.pages.turnstile import Turnstile
from shared.practice import Catalogue, Practice
from shared.tokens import Links

TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Front:
    """The front of resources: who we are, what there is to read, who is asked, and what may be done."""

    practice: Practice
    catalogue: Catalogue
    database: Database
    acts: Acts
    ask: Asker
    links: Links
    clock: Clock
    public_url: str
    intake_url: str  # where people reach intake; who is ready is sent on there and nowhere else
    trusted_proxies: int = 0
    patience_seconds: float = 2.0  # for intake's answer; then a page of ours says that it is noted
    turnstile: Turnstile = field(default_factory=Turnstile)
    pages: Pages = field(default_factory=lambda: Pages(TEMPLATES))

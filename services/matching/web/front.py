"""What the doors stand on: made once at start, handed to every door."""

from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from services.matching import storage
from services.matching.handlers.acts import Acts
from services.matching.settings import Terms
from shared.clock import Clock
from shared.database import Database
from shared.ids import Ids
from shared.messaging.ask import Asker
from shared.pages import Pages
from shared.practice import Practice
from shared.practice.practice import Kind
from shared.tokens import Links

TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True, slots=True)
class Front:
    """The front of matching: who we are, where things are kept, who is asked, and what may be done."""

    practice: Practice
    terms: Terms
    rosters: storage.RosterCache
    database: Database
    acts: Acts
    ask: Asker
    links: Links
    clock: Clock
    ids: Ids
    public_url: str  # without a slash at its end
    pages: Pages = field(default_factory=lambda: Pages(TEMPLATES))

    @property
    def secure(self) -> bool:
        """Whether people reach us by https."""
        return urlsplit(self.public_url).scheme == "https"

    def label(self, code: str, kind: Kind) -> str:
        """What the practice's own people call this code."""
        return self.practice.label(code, "en", kind)

"""What intake is told by its environment."""

from pydantic import Field

from shared.settings import ServiceSettings


class IntakeSettings(ServiceSettings):
    """The environment of `python -m services.intake`; the three keys have no default."""

    service: str = "intake"
    database_url: str = "sqlite+aiosqlite:///var/intake.db"
    port: int = Field(default=8001, ge=0, le=65535)
    vault_keys: str = Field(min_length=1, repr=False)  # id:base64,id:base64; the first seals, all open
    address_key: str = Field(min_length=1, repr=False)  # never changes: equal addresses are found by it
    link_keys: str = Field(min_length=1, repr=False)  # separated by commas; the first signs

    @property
    def link_ring(self) -> tuple[str, ...]:
        """The keys of the links, current first."""
        return tuple(key.strip() for key in self.link_keys.split(",") if key.strip())

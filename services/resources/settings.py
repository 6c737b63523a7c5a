"""What resources is told by its environment."""

from pydantic import Field

from shared.settings import ServiceSettings


class ResourcesSettings(ServiceSettings):
    """The environment of `python -m services.resources`."""

    service: str = "resources"
    database_url: str = "sqlite+aiosqlite:///var/resources.db"
    port: int = Field(default=8004, ge=0, le=65535)
    public_url: str = "http://127.0.0.1:8004"  # what links to resources begin with
    link_keys: str = Field(min_length=1, repr=False)  # separated by commas; the first signs
    trusted_proxies: int = Field(default=0, ge=0, le=10)  # how many of ours stand in front
    intake_public_url: str = Field(default="http://127.0.0.1:8001", alias="INTAKE_PUBLIC_URL")

    @property
    def link_ring(self) -> tuple[str, ...]:
        """The keys of the links, current first."""
        return tuple(key.strip() for key in self.link_keys.split(",") if key.strip())

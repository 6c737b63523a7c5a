"""What resources is told by its environment."""

from pydantic import Field

from shared.settings import ServiceSettings


class ResourcesSettings(ServiceSettings):
    """The environment of `python -m services.resources`."""

    service: str = "resources"
    database_url: str = "sqlite+aiosqlite:///var/resources.db"
    port: int = Field(default=8004, ge=0, le=65535)

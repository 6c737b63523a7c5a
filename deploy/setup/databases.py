"""The roles of PostgreSQL: where each service's database is, and as whom it goes there."""

import secrets
from urllib.parse import urlsplit


def new_password() -> str:
    """A password that needs no quoting, neither in a URL nor in SQL."""
    return secrets.token_urlsafe(32)


def new_url(role: str, database: str) -> str:
    """Where a role goes, with a new password."""
    return f"postgresql+asyncpg://{role}:{new_password()}@postgres:5432/{database}"


def password_in(url: str) -> str:
    """The password of a URL. Raises ValueError when it holds none."""
    found = urlsplit(url).password
    if not found:
        raise ValueError("no password in the address of the database")
    return found

"""The roles of PostgreSQL: where each service's database is, and as whom it goes there."""

import secrets
from collections.abc import Mapping
from urllib.parse import urlsplit

from deploy.local.keys import SERVICES

URL_FILES = tuple(
    f"{service}{kind}" for service in SERVICES for kind in ("_database_url", "_owner_database_url")
)


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


def roles_sql(passwords: Mapping[str, str]) -> str:
    """What the superuser runs in an empty cluster: a database per service, its owner, its run-time role."""
    return "".join(
        _database(service, passwords[service], passwords[f"{service}_owner"]) for service in SERVICES
    )


def _database(service: str, password: str, owner_password: str) -> str:
    owner = f"{service}_owner"
    return f"""CREATE ROLE {owner} LOGIN PASSWORD '{owner_password}';
CREATE ROLE {service} LOGIN PASSWORD '{password}';
CREATE DATABASE {service} OWNER {owner};
REVOKE ALL ON DATABASE {service} FROM PUBLIC;
GRANT CONNECT ON DATABASE {service} TO {service};
\\connect {service}
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE, CREATE ON SCHEMA public TO {owner};
GRANT USAGE ON SCHEMA public TO {service};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {service};
ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {service};
"""

"""Looks at the certificates inside: their dates, their keys, who vouches for them, and whom they name."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature

from deploy.setup.certificates import NAMES, read_certificate, read_key
from deploy.setup.finding import Finding
from deploy.setup.folder import Folder

ABOUT_TO_END = timedelta(days=30)
AUTHORITY, AUTHORITY_KEY = "tls/ca.pem", "secrets/ca-key.pem"


def certificates(folder: Folder, now: datetime) -> Iterator[Finding]:
    """Every certificate lasts, is its key's, and is believed; what is missing is told elsewhere."""
    authority = _read(folder, AUTHORITY)
    if authority is None:
        return
    yield from _dates(folder, AUTHORITY, authority, now)
    yield from _key(folder, AUTHORITY_KEY, AUTHORITY, authority)
    for server in NAMES:
        yield from _server(folder, server, authority, now)


def _server(folder: Folder, server: str, authority: x509.Certificate, now: datetime) -> Iterator[Finding]:
    name = f"tls/{server}.pem"
    found = _read(folder, name)
    if found is None:
        return
    yield from _dates(folder, name, found, now)
    yield from _key(folder, f"tls/{server}-key.pem", name, found)
    unnamed = [each for each in NAMES[server] if each not in _names_in(found)]
    if not _vouched_for(found, authority):
        what = f"it was not signed by the authority in {AUTHORITY}"
        yield Finding(name, what, "no service will believe it", _renew(folder))
    elif unnamed:
        why = "whoever goes there by such a name will not believe it"
        yield Finding(name, f"it does not name {', '.join(unnamed)}", why, _renew(folder))


def unreadable(folder: Folder) -> Iterator[Finding]:
    """Every file of a certificate that holds none."""
    for name in (AUTHORITY, *(f"tls/{server}.pem" for server in NAMES)):
        if folder.path(name).exists() and _read(folder, name) is None:
            yield Finding(name, "it holds no certificate", "nobody will believe it", _renew(folder))


def _read(folder: Folder, name: str) -> x509.Certificate | None:
    try:
        return read_certificate(folder.path(name).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def _dates(folder: Folder, name: str, found: x509.Certificate, now: datetime) -> Iterator[Finding]:
    left = found.not_valid_after_utc - now
    if left < ABOUT_TO_END:
        until = f"{found.not_valid_after_utc:%Y-%m-%d}"
        what = f"it ended on {until}" if left < timedelta(0) else f"it ends on {until}"
        why = "from then on no service can reach the broker or its database"
        yield Finding(name, what, why, _renew(folder))


def _key(folder: Folder, name: str, certificate: str, found: x509.Certificate) -> Iterator[Finding]:
    path = folder.path(name)
    if not path.exists():
        return
    try:
        fits = read_key(path.read_text(encoding="utf-8")).public_key() == found.public_key()
    except (OSError, ValueError):
        why = "nothing can be proven with it"
        yield Finding(name, "it holds no private key", why, "put it back from your backup")
        return
    if not fits:
        do = "put both back from one backup" if name == AUTHORITY_KEY else _renew(folder)
        yield Finding(certificate, f"it is not of the key in {name}", "the server does not start with it", do)


def _vouched_for(found: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        found.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _names_in(found: x509.Certificate) -> list[str]:
    try:
        names = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = names.get_values_for_type(x509.IPAddress)
    return [*names.get_values_for_type(x509.DNSName), *map(str, addresses)]


def _renew(folder: Folder) -> str:
    return (
        f"run `practice init {folder.root} --renew-certificates`, then `docker compose restart nats postgres`"
    )

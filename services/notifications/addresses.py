"""Names and addresses as they travel: what every mail server and calendar takes."""

import re

from shared.errors import Defect

ADDRESS = re.compile(r"[!-;=?-~]+@[A-Za-z0-9.-]+")

Mailbox = tuple[str, str]  # a name, which may be empty, and an address


def travelling(address: str, where: str) -> str:
    """The address with its domain in ASCII; a local part outside ASCII has no such form.

    Raises Defect, naming `where` it was to stand, for one that not every mail server takes.
    """
    local, at, domain = address.rpartition("@")
    written = address if domain.isascii() else f"{local}{at}{domain.encode('idna').decode()}"
    if not ADDRESS.fullmatch(written):
        raise Defect(f"{where} needs an address that every mail server takes")
    return written

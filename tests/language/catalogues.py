"""Catalogues for tests."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

Said = str | Sequence[str]


def write(folder: Path, language: str, /, **domains: Mapping[str, Said]) -> None:
    """A catalogue for each domain, in this folder's part for the language; several forms are plural ones."""
    for domain, messages in domains.items():
        catalogue = Catalog(locale=language, fuzzy=False)
        for key, said in messages.items():
            catalogue.add(key if isinstance(said, str) else (key, key), said)
        file = folder / language / "LC_MESSAGES" / f"{domain}.po"
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as opened:
            write_po(opened, catalogue, width=110)

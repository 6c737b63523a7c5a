"""What resources announces."""

from typing import ClassVar

from shared.contracts.base import Code, Fact, Id, Instant, Language


class ReadingListPrepared(Fact):
    """A reading list was chosen for somebody who opted in; the items are codes of `resources.yaml`."""

    service: ClassVar[str] = "resources"
    name: ClassVar[str] = "reading_list.prepared.v1"
    about: ClassVar[str] = "reading_list"

    reading_list_id: Id
    request_id: Id
    reference: Code
    person_id: Id
    language: Language
    prepared_at: Instant
    catalogue_version: Code
    items: tuple[Code, ...]

    @property
    def entity_id(self) -> str:
        return self.reading_list_id

    @property
    def correlation(self) -> str:
        return self.request_id

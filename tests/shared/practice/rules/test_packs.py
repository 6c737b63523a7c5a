"""What every rule pack says of itself, and which review counts."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from shared.practice import Pack, Review, load_packs, pack_names
from shared.practice.packs import Header
from tests.shared.practice.conftest import SAMPLES, Edit

LOS_ANGELES = SAMPLES / "los_angeles"
UNDATED = {"safety"}  # its own tests hold it
OTHERS = [name for name in pack_names() if name not in UNDATED]
LAST = date(2027, 5, 31)


def a_pack(version: str | None = "2", expires_on: date | None = LAST) -> Pack:
    return Pack("breach", Header(version=version, expires_on=expires_on), own=False)


@pytest.mark.parametrize("name", OTHERS)
def test_every_shipped_pack_says_its_source_its_version_and_its_days(name: str) -> None:
    [pack] = [each for each in load_packs(LOS_ANGELES) if each.name == name]

    header = pack.header
    assert header.version
    assert header.source
    assert header.reviewed_on
    assert header.expires_on is not None
    assert header.expires_on > header.reviewed_on
    assert header.expires_on <= header.reviewed_on + timedelta(days=380)
    assert not pack.own


def test_a_pack_is_good_on_its_last_day_and_stale_on_the_next() -> None:
    assert not a_pack().is_stale(LAST)
    assert a_pack().is_stale(LAST + timedelta(days=1))


def test_a_review_counts_only_for_the_version_it_names() -> None:
    review = Review(version="1", by="dana", on=date(2026, 11, 23))

    assert a_pack("1").is_reviewed(review)
    assert not a_pack("2").is_reviewed(review)
    assert not a_pack("1").is_reviewed(None)


def test_what_has_no_version_cannot_have_been_reviewed() -> None:
    assert not a_pack(None).is_reviewed(Review(version="1", by="dana", on=date(2026, 11, 23)))


def test_a_practice_s_own_pack_speaks_for_itself(edited: Edit) -> None:
    folder = edited("practice.yaml", "states: [CA]", "states: [CA]")
    _write_own(folder, 'version: "ours"\nexpires_on: 2027-01-31\n')

    [pack] = [each for each in load_packs(folder) if each.name == "consent"]

    assert (pack.own, pack.header.version, pack.header.expires_on) == (True, "ours", date(2027, 1, 31))


def _write_own(folder: Path, head: str) -> None:
    (folder / "rules").mkdir()
    (folder / "rules" / "consent.yaml").write_text(f"{head}consent: {{}}\n")

"""The vault: a sealed value opens in its own place, with a key of the ring, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.vault import SealBroken, Vault
from shared.errors import Misconfigured
from tests.intake.builders import ADDRESS_KEY, a_vault, key

PLACE = ("people", "sealed")
documents = st.dictionaries(st.text(), st.one_of(st.none(), st.text(), st.lists(st.text())))


@given(documents)
def test_what_was_sealed_opens_as_it_was(document: dict[str, object]) -> None:
    vault = a_vault()
    assert vault.open(PLACE, "row", vault.seal(PLACE, "row", document)) == document


@pytest.mark.parametrize(
    ("place", "row"),
    [(("words", "sealed"), "row"), (("people", "others"), "row"), (("people", "sealed"), "another")],
    ids=["another table", "another column", "another row"],
)
def test_a_value_moved_to_another_place_does_not_open(place: tuple[str, str], row: str) -> None:
    vault = a_vault()
    sealed = vault.seal(PLACE, "row", {"name": "Sam"})
    with pytest.raises(SealBroken):
        vault.open(place, row, sealed)


def test_after_a_rotation_old_values_open_and_new_ones_carry_the_new_key() -> None:
    old = a_vault("k1").seal(PLACE, "row", {"name": "Sam"})
    rotated = a_vault("k2", "k1")
    assert rotated.open(PLACE, "row", old) == {"name": "Sam"}
    assert b"k2" in rotated.seal(PLACE, "row", {})[:8]


def test_a_value_whose_key_has_left_the_ring_stays_closed() -> None:
    sealed = a_vault("k1").seal(PLACE, "row", {"name": "Sam"})
    with pytest.raises(SealBroken):
        a_vault("k2").open(PLACE, "row", sealed)


def test_a_key_id_given_to_another_key_does_not_open_old_values() -> None:
    sealed = a_vault("k1").seal(PLACE, "row", {"name": "Sam"})
    impostor = Vault.of(key("k2").replace("k2:", "k1:"), ADDRESS_KEY)
    with pytest.raises(SealBroken):
        impostor.open(PLACE, "row", sealed)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_anywhere_is_noticed(position: int, change: int) -> None:
    vault = a_vault()
    sealed = bytearray(vault.seal(PLACE, "row", {"name": "Sam"}))
    sealed[position % len(sealed)] ^= change
    with pytest.raises(SealBroken):
        vault.open(PLACE, "row", bytes(sealed))


@pytest.mark.parametrize("cut", range(20))
def test_a_value_cut_short_is_noticed(cut: int) -> None:
    vault = a_vault()
    with pytest.raises(SealBroken):
        vault.open(PLACE, "row", vault.seal(PLACE, "row", {})[:cut])


def test_equal_values_look_different_each_time_they_are_sealed() -> None:
    vault = a_vault()
    assert vault.seal(PLACE, "row", {"name": "Sam"}) != vault.seal(PLACE, "row", {"name": "Sam"})


def test_an_address_is_known_again_however_it_is_typed() -> None:
    vault = a_vault()
    assert vault.address_key("email", "Sam@Example.org ") == vault.address_key("email", "sam@example.org")
    assert vault.address_key("email", "sam@example.org") != vault.address_key("email", "pam@example.org")
    assert vault.address_key("email", None) is None


def test_an_address_key_survives_a_rotation_of_the_vault_and_tells_nothing_without_its_secret() -> None:
    ours = a_vault("k1").address_key("email", "sam@example.org")
    assert a_vault("k2", "k1").address_key("email", "sam@example.org") == ours
    theirs = Vault.of(key("k1"), ADDRESS_KEY + "!").address_key("email", "sam@example.org")
    assert theirs != ours


def test_a_post_is_known_again_by_its_key_and_body_and_only_within_its_door() -> None:
    vault = a_vault()
    post = vault.claim("consultation", "key", b"body")
    assert vault.claim("consultation", "key", b"body") == post
    assert vault.claim("consultation", "key", b"other").key_print == post.key_print
    assert vault.claim("consultation", "key", b"other").body_print != post.body_print
    assert vault.claim("readiness", "key", b"body").key_print != post.key_print


@pytest.mark.parametrize(
    "keys", ["", "k1", "k1:", ":AAAA", "k1:AAAA", "k1:not base64", f"{key('k1')},{key('k1')}", key("k" * 41)]
)
def test_a_wrong_key_ring_stops_the_start_without_repeating_the_keys(keys: str) -> None:
    with pytest.raises(Misconfigured, match="INTAKE_VAULT_KEYS") as error:
        Vault.of(keys, ADDRESS_KEY)
    secret = keys.partition(":")[2]
    assert not secret or secret not in str(error.value)


def test_a_short_address_key_stops_the_start() -> None:
    with pytest.raises(Misconfigured, match="INTAKE_ADDRESS_KEY"):
        Vault.of(key("k1"), "short")

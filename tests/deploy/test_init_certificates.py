"""The certificates inside: believed by name, by our own authority alone, renewed for the keys that stay."""

import ssl
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509

from deploy.setup.certificates import read_certificate
from deploy.setup.renewing import certificates, renew_all
from shared.clock import utc_now
from shared.trust import trusting
from tests.deploy.operators_folder import made, wrong_with

NOW = utc_now()  # a real server and a real client look at real clocks
YEAR = timedelta(days=365)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made(tmp_path / "practice", now=NOW).folder.root


def certificate(root: Path, name: str) -> x509.Certificate:
    return read_certificate((root / "tls" / f"{name}.pem").read_text())


def shake_hands(root: Path, server: str, name: str, trusts: Path) -> str | None:
    """The version of TLS on which a real client and a real server agree. Raises SSLError if they do not."""
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(root / "tls" / f"{server}.pem", root / "tls" / f"{server}-key.pem")
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    strict = trusting(trusts)
    strict.verify_flags |= ssl.VERIFY_X509_STRICT
    client = strict.wrap_bio(to_client, to_server, server_hostname=name)
    answering = serving.wrap_bio(to_server, to_client, server_side=True)
    for side in (client, answering, client, answering):
        try:
            side.do_handshake()
        except ssl.SSLWantReadError:
            continue
    return client.version()


@pytest.mark.parametrize(
    ("server", "names"),
    [
        ("nats", ["nats", "nats-1", "nats-2", "nats-3", "localhost", "127.0.0.1"]),
        ("postgres", ["postgres", "localhost", "127.0.0.1"]),
    ],
)
def test_a_server_is_believed_by_each_of_its_names(root: Path, server: str, names: Sequence[str]) -> None:
    assert {shake_hands(root, server, name, root / "tls/ca.pem") for name in names} == {"TLSv1.3"}


@pytest.mark.parametrize(("server", "name"), [("nats", "postgres"), ("postgres", "nats"), ("nats", "intake")])
def test_a_server_is_not_believed_by_anothers_name(root: Path, server: str, name: str) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        shake_hands(root, server, name, root / "tls/ca.pem")


def test_a_server_of_another_folder_is_not_believed(root: Path, tmp_path: Path) -> None:
    other = made(tmp_path / "other", now=NOW).folder.root

    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(other, "nats", "nats", root / "tls/ca.pem")


def test_a_servers_certificate_vouches_for_nobody(root: Path) -> None:
    for name, is_authority in (("nats", False), ("postgres", False), ("ca", True)):
        found = certificate(root, name).extensions.get_extension_for_class(x509.BasicConstraints).value
        assert found.ca is is_authority


def test_the_authority_lasts_ten_years_and_a_server_two(root: Path) -> None:
    lasts = {name: certificate(root, name).not_valid_after_utc - NOW for name in ("ca", "nats", "postgres")}

    assert {name: round(span / YEAR) for name, span in lasts.items()} == {"ca": 10, "nats": 2, "postgres": 2}


def test_renewed_certificates_are_for_the_same_keys_and_believed_as_before(
    root: Path, tmp_path: Path
) -> None:
    before, kept = certificate(root, "nats"), tmp_path / "kept.pem"
    kept.write_text((root / "tls/ca.pem").read_text())
    later = NOW + timedelta(minutes=30)

    assert renew_all(root, [certificates], now=later) == ["tls/nats.pem", "tls/postgres.pem"]

    after = certificate(root, "nats")
    assert after.not_valid_after_utc - before.not_valid_after_utc >= timedelta(minutes=29)
    assert after.public_key() == before.public_key()
    assert after.serial_number != before.serial_number
    assert shake_hands(root, "nats", "nats", kept) == "TLSv1.3"
    assert wrong_with(root, later) == []


def test_an_authority_that_would_end_first_is_renewed_with_its_servers(root: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept.pem"
    kept.write_text((root / "tls/ca.pem").read_text())
    later = NOW + 9 * YEAR

    made_anew = renew_all(root, [certificates], now=later)

    assert made_anew == ["tls/ca.pem", "tls/nats.pem", "tls/postgres.pem"]
    assert certificate(root, "ca").not_valid_after_utc > certificate(root, "nats").not_valid_after_utc
    assert certificate(root, "nats").not_valid_after_utc - later > 700 * timedelta(days=1)
    certificate(root, "nats").verify_directly_issued_by(read_certificate(kept.read_text()))
    assert [each for each in wrong_with(root, later) if each.startswith("tls/")] == []

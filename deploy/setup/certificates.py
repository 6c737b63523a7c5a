"""The certificates inside: an own authority, and one for each server, whose names alone it answers to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from ipaddress import IPv4Address, ip_address

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

AUTHORITY_LASTS = timedelta(days=3652)
SERVER_LASTS = timedelta(days=730)
CLOCKS_MAY_DIFFER = timedelta(hours=1)

THIS_MACHINE = ("localhost", "127.0.0.1")
NAMES = {  # what each server is called; the three are those of a cluster
    "nats": ("nats", "nats-1", "nats-2", "nats-3", *THIS_MACHINE),
    "postgres": ("postgres", *THIS_MACHINE),
}


def private_key() -> str:
    """A new private key in PEM (P-256, PKCS#8)."""
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def authority_certificate(key_pem: str, *, now: datetime) -> str:
    """The authority's own certificate. One made again from the same key vouches for the same servers."""
    key = read_key(key_pem)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "practice inside")])
    uses = _uses(key_cert_sign=True, crl_sign=True)
    builder = (
        _begun(name, name, key.public_key(), now, now + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(uses, critical=True)
    )
    return _signed(builder, key)


def server_certificate(
    server: str, key_pem: str, authority_pem: str, authority_key_pem: str, *, now: datetime
) -> str:
    """A certificate for one server's key; it never outlives its authority."""
    authority, signer = read_certificate(authority_pem), read_key(authority_key_pem)
    until = min(now + SERVER_LASTS, authority.not_valid_after_utc)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, server)])
    either_side = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]  # servers of a cluster
    builder = (
        _begun(name, authority.subject, read_key(key_pem).public_key(), now, until)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_uses(digital_signature=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage(either_side), critical=False)
        .add_extension(x509.SubjectAlternativeName(_alternatives(NAMES[server])), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    return _signed(builder, signer)


def read_key(pem: str) -> ec.EllipticCurvePrivateKey:
    """A private key. Raises ValueError when it is none of ours."""
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError("not a key on an elliptic curve")
    return key


def read_certificate(pem: str) -> x509.Certificate:
    """A certificate. Raises ValueError when it is none."""
    return x509.load_pem_x509_certificate(pem.encode())


def _begun(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, until: datetime
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - CLOCKS_MAY_DIFFER)
        .not_valid_after(until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _signed(builder: x509.CertificateBuilder, signer: ec.EllipticCurvePrivateKey) -> str:
    made = builder.sign(signer, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM).decode()


def _uses(
    *, digital_signature: bool = False, key_cert_sign: bool = False, crl_sign: bool = False
) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=digital_signature,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=key_cert_sign,
        crl_sign=crl_sign,
        encipher_only=False,
        decipher_only=False,
    )


def _alternatives(names: Sequence[str]) -> list[x509.GeneralName]:
    return [x509.IPAddress(ip_address(name)) if _is_address(name) else x509.DNSName(name) for name in names]


def _is_address(name: str) -> bool:
    try:
        IPv4Address(name)
    except ValueError:
        return False
    return True

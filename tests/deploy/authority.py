"""Certificates for tests: an authority of their own, and what it signs, for as long as a test asks."""

import datetime
import ipaddress
import ssl
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from shared.clock import utc_now

DAY = datetime.timedelta(days=1)


class Authority:
    """Signs servers' certificates; `file` is what clients trust."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority of tests")])
        self._made = self._builder(self._name, self._key.public_key(), 365 * DAY).add_extension(
            x509.BasicConstraints(ca=True, path_length=None), critical=True
        )
        self._certificate = self._made.sign(self._key, hashes.SHA256())
        self.file = folder / "ca.pem"
        self.file.write_bytes(self._certificate.public_bytes(serialization.Encoding.PEM))

    def server(self, *, lasts: datetime.timedelta = 365 * DAY, name: str = "127.0.0.1") -> ssl.SSLContext:
        """How a server speaks TLS with a certificate for this name that lasts so long from now."""
        certificate, key = self.signed(lasts=lasts, name=name)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate, key)
        return context

    def signed(self, *, lasts: datetime.timedelta = 365 * DAY, name: str = "127.0.0.1") -> tuple[Path, Path]:
        """The files of a certificate and of its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [self._general(name)]
        made = (
            self._builder(x509.Name([]), key.public_key(), lasts)
            .add_extension(x509.SubjectAlternativeName(names), critical=True)
            .sign(self._key, hashes.SHA256())
        )
        certificate, secret = (
            self.folder / f"{key.public_key().public_numbers().x}.pem",
            self.folder / "key.pem",
        )
        certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        secret.chmod(0o600)
        return certificate, secret

    def _builder(
        self, subject: x509.Name, key: ec.EllipticCurvePublicKey, lasts: datetime.timedelta
    ) -> x509.CertificateBuilder:
        now = utc_now()
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 400 * DAY)
            .not_valid_after(now + lasts)
        )

    def _general(self, name: str) -> x509.GeneralName:
        try:
            return x509.IPAddress(ipaddress.ip_address(name))
        except ValueError:
            return x509.DNSName(name)

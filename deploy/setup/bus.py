"""The broker's users, and its configuration from their public keys."""

import secrets
from collections.abc import Mapping

import nkeys

USERS = ("intake", "matching", "notifications", "resources", "provisioner", "operator")


def new_seed() -> str:
    """The seed of a new user's nkey: secret, and all that this user needs."""
    return str(nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER).decode())


def public_key(seed: str) -> str:
    """The public half of a user's nkey, for the server. Raises ValueError when it is no user's seed."""
    try:
        public: bytes = nkeys.from_seed(bytearray(seed.strip().encode())).public_key
    except nkeys.NkeysError:
        raise ValueError("not the seed of an nkey") from None
    if not public.startswith(b"U"):
        raise ValueError("not the seed of a user")
    return public.decode()


def server_configuration(public_keys: Mapping[str, str], store_key: str) -> str:
    """The configuration of the NATS server: TLS from the first byte, JetStream sealed and synced."""
    users = "".join(f"      {{ nkey: {public_keys[user]} }} # {user}\n" for user in USERS)
    return f"""server_name: "nats"
listen: "0.0.0.0:4222"
http: "0.0.0.0:8222"
tls {{
  cert_file: "/run/secrets/nats.pem"
  key_file: "/run/secrets/nats-key.pem"
  min_version: "1.2"
  handshake_first: true
}}
jetstream {{
  store_dir: "/data"
  sync_interval: always
  cipher: chacha
  key: "{store_key}"
  max_file_store: 8GB
}}
accounts {{
  PRACTICE {{
    jetstream: enabled
    users: [
{users}    ]
  }}
}}
"""

"""The broker's users, and its configuration from their public keys."""

from collections.abc import Mapping

USERS = ("intake", "matching", "notifications", "resources", "provisioner", "operator")


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

"""`python -I -S deploy/healthy.py PORT`: whether what listens there answers /healthz with 200.

Asked every few seconds in every container: so it loads next to nothing.
"""

import socket
import sys

PATIENCE_SECONDS = 4
QUESTION = b"GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n"


def is_healthy(port: int) -> bool:
    """Whether the service says that it is well, within some seconds."""
    try:
        with socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS) as line:
            line.sendall(QUESTION)
            return line.recv(64).split(b" ", 2)[1:2] == [b"200"]
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(not is_healthy(int(sys.argv[1])))

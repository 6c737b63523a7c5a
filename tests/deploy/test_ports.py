"""Ports: each from its variable, and a busy one is named with what to do."""

import socket

import pytest

from deploy.local.ports import Ports, free_ports, ports_from, refuse_busy
from shared.errors import Misconfigured


def test_without_variables_the_ports_are_the_documented_ones() -> None:
    assert ports_from({}) == Ports(4222, 1025, 8025, 8001, 8002, 8003, 8004)


def test_each_port_has_its_variable() -> None:
    chosen = ports_from(
        {
            "PRACTICE_NATS_PORT": "1",
            "PRACTICE_MAIL_PORT": "2",
            "PRACTICE_INBOX_PORT": "3",
            "INTAKE_PORT": "4",
            "MATCHING_PORT": "5",
            "NOTIFICATIONS_PORT": "6",
            "RESOURCES_PORT": "7",
        }
    )
    assert chosen == Ports(1, 2, 3, 4, 5, 6, 7)


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "80 80", "eighty", "٨٠"])
def test_what_is_no_port_is_refused_by_its_variable(text: str) -> None:
    with pytest.raises(Misconfigured, match="INTAKE_PORT must be a port number"):
        ports_from({"INTAKE_PORT": text})


def test_two_doors_cannot_share_a_port() -> None:
    with pytest.raises(Misconfigured, match="MATCHING_PORT and INTAKE_PORT are both 9001"):
        ports_from({"INTAKE_PORT": "9001", "MATCHING_PORT": "9001"})


def test_a_busy_port_is_named_with_its_variable() -> None:
    ports = free_ports()
    with socket.socket() as other:
        other.bind(("127.0.0.1", ports.mail))
        other.listen()
        with pytest.raises(Misconfigured, match=rf"port {ports.mail} \(mail\) is in use.*PRACTICE_MAIL_PORT"):
            refuse_busy(ports)
    refuse_busy(ports)

"""A part that keeps failing is started less and less often; what it says never blocks it."""

import asyncio
from datetime import timedelta
from pathlib import Path

from deploy.local.console import CHUNK, LOG_BYTES, LogFile, follow
from deploy.local.keeper import FIRST_PAUSE, LONGEST_PAUSE, PROVEN, pause_after


def test_each_pause_doubles_up_to_the_longest() -> None:
    pauses, last = [], None
    for _ in range(9):
        last = pause_after(timedelta(0), last)
        pauses.append(last)

    assert pauses[:3] == [FIRST_PAUSE, FIRST_PAUSE * 2, FIRST_PAUSE * 4]
    assert pauses[-1] == LONGEST_PAUSE


def test_a_part_that_proved_itself_starts_over_with_the_first_pause() -> None:
    assert pause_after(PROVEN, LONGEST_PAUSE) == FIRST_PAUSE


async def said_of(*chunks: bytes, log: LogFile) -> list[str]:
    stream, lines = asyncio.StreamReader(), []
    for chunk in chunks:
        stream.feed_data(chunk)
    stream.feed_eof()
    await follow(stream, "intake", log, lambda _part, line: lines.append(line))
    return lines


async def test_every_line_is_passed_on_whatever_it_holds(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "intake.log")

    lines = await said_of(b"one\ntw", b"o\n\xff\nlast", log=log)

    assert lines == ["one", "two", "\ufffd", "last"]
    assert (tmp_path / "intake.log").read_bytes() == b"one\ntwo\n\xff\nlast"


async def test_a_line_without_end_does_not_grow_in_memory(tmp_path: Path) -> None:
    lines = await said_of(b"x" * (CHUNK * 3), log=LogFile(tmp_path / "intake.log"))

    assert "".join(lines) == "x" * (CHUNK * 3)
    assert max(map(len, lines)) <= CHUNK * 2


def test_a_log_keeps_two_files_at_most(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "intake.log")
    for _ in range(5):
        log.write(b"x" * (LOG_BYTES + 1))
    log.close()

    assert sorted(file.name for file in tmp_path.iterdir()) == ["intake.log", "intake.log.1"]


def test_a_log_that_cannot_be_written_stops_nobody(tmp_path: Path) -> None:
    log = LogFile(Path("/dev/full"))

    log.write(b"lost")
    log.close()

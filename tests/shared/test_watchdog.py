"""A frozen event loop ends the process instead of looking alive."""

from datetime import timedelta

from shared.messaging.watchdog import EXIT_CODE, Watchdog


def test_a_loop_that_stopped_turning_ends_the_process_and_a_turning_one_does_not() -> None:
    ended: list[int] = []
    moment = [0.0]
    watchdog = Watchdog(stale_after=timedelta(seconds=30), end=ended.append, ticks=lambda: moment[0])

    moment[0] = 29
    watchdog.check()
    watchdog.beat()
    moment[0] = 58
    watchdog.check()
    assert ended == []

    moment[0] = 60
    watchdog.check()
    assert ended == [EXIT_CODE]

"""Threads that nobody waits for at the end."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

T = TypeVar("T")
P = ParamSpec("P")


class Unwaited(ThreadPoolExecutor):
    """An executor for an event loop that ends whenever its work does, however long a thread is still busy.

    Where no resolver answers, the system looks for a name for half a minute and cannot be told to stop.
    """

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> "Future[T]":
        """Runs it in a thread of its own, which does not keep the process alive."""
        promised: Future[T] = Future()

        def run() -> None:
            if promised.set_running_or_notify_cancel():
                with _Handed(promised):
                    promised.set_result(fn(*args, **kwargs))

        threading.Thread(target=run, daemon=True).start()
        return promised

    def shutdown(self, *_how: bool, **_said: bool) -> None:
        """There is nobody to wait for."""


class _Handed:
    """Hands an error on to whoever waits for the promise."""

    def __init__(self, promised: "Future[Any]") -> None:
        self._promised = promised

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, _kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None
    ) -> bool:
        if error is not None:
            self._promised.set_exception(error)
        return True

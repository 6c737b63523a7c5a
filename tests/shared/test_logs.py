"""Logs never carry a person."""

from shared.logs import described, only_allowed

SECRET = "Thích Nhất Hạnh"


def test_a_key_that_is_not_on_the_list_is_dropped_and_counted() -> None:
    line = only_allowed(
        None, "info", {"event": "x", "reference": "R-7F3K2", "email": SECRET, "message": SECRET}
    )

    assert line == {"event": "x", "reference": "R-7F3K2", "count": 2}


def test_an_error_is_logged_by_type_and_place_never_by_its_words() -> None:
    try:
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError as error:
        line = only_allowed(None, "error", {"event": "x", "exc_info": error})

    assert line["error"] == "RuntimeError < ValueError"
    assert any("test_logs.py" in frame for frame in line["frames"])
    assert SECRET not in str(line)


def test_a_chain_of_errors_that_never_ends_is_cut() -> None:
    error = ValueError("a")
    error.__context__ = other = ValueError("b")
    other.__context__ = error

    assert described(error)["error"].count("ValueError") <= 6

"""What somebody is called."""

import pytest

from shared.names import first_name


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Sam Rivera", "Sam"),
        ("Ana-María O’Neill", "Ana-María"),
        ("أمل حداد", "أمل"),
        ("Thích Nhất Hạnh", "Thích Nhất Hạnh"),
        ("Dr. Okafor", "Dr. Okafor"),
        ("J. Okafor", "J. Okafor"),
        ("Louis XIV 2", "Louis XIV 2"),
        ("Dana", "Dana"),
        ("", ""),
    ],
)
def test_only_a_name_of_two_plain_words_is_cut_to_the_first(name: str, called: str) -> None:
    assert first_name(name) == called

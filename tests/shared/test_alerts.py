"""What a rule found is told in words that somebody can read at night, never as a bare code."""

import pytest

from shared.alerts import sign


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "en.direct.die:quoted",
            "Plain words about dying or self-harm, as a song, a book or other people say it.",
        ),
        ("en.violence.kill:work", "Words about violence or a threat, told of their work."),
    ],
    ids=["quoted", "at work"],
)
def test_what_makes_a_statement_less_than_it_says_is_told_in_words(rule: str, said: str) -> None:
    assert sign(rule) == said

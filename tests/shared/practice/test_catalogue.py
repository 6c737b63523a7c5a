"""A mistake in resources.yaml is found at start, not when somebody asks for a book."""

import pytest

from shared.practice import BadFile, Practice, load_catalogue
from tests.shared.practice.conftest import Edit


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("for: [trauma,", "for: [drama,", "'drama' is not one of the practice's specialties"),
        ("leave_out_when: [bereaved,", "leave_out_when: [fresh_bereavement,", "leave_out_when"),
        ("code: attached\n", "code: wired_for_love\n", "'wired_for_love' is used twice"),
        ("general: [dance_of", "general: [dense_of", "is not one of the books"),
        (
            "general: [dance_of_connection, general_theory_of_love]",
            "general: [wired_for_love]",
            "needs one book that is never left out",
        ),
        ("      es: Cómo aprendimos", "      fr: Comment", "about"),
    ],
)
def test_a_catalogue_with_a_mistake_is_refused(
    old: str, new: str, what: str, edited: Edit, los_angeles: Practice
) -> None:
    folder = edited("resources.yaml", old, new)

    with pytest.raises(BadFile, match=what):
        load_catalogue(folder, los_angeles)

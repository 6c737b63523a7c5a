"""In which order books are chosen where several fit."""

from services.resources.domain.choosing import choose
from shared.practice import Catalogue
from tests.resources.builders import a_request
from tests.resources.test_choosing import a_book, codes


def test_what_speaks_to_more_of_what_we_guess_comes_first_where_nothing_was_ticked(
    catalogue: Catalogue,
) -> None:
    one, two = a_book("one", ("couples",)), a_book("two", ("couples", "trauma", "grief_loss"))
    books = catalogue.model_copy(update={"books": (one, two)})

    assert codes(choose(a_request(suggested=("couples", "trauma")), books)) == ["two", "one"]


def test_of_equals_the_more_particular_comes_first_wherever_it_stands_in_the_file(
    catalogue: Catalogue,
) -> None:
    broad, narrow = a_book("broad", ("couples", "trauma", "grief_loss")), a_book("narrow", ("couples",))
    for books in ((broad, narrow), (narrow, broad)):
        chosen = choose(a_request(concerns=("couples",)), catalogue.model_copy(update={"books": books}))
        assert codes(chosen) == ["narrow", "broad"]

"""Messages whose keys are put together while a page is made, from a code: so that extraction finds them.

A new code needs its line here, and `make messages` then its sentences.
"""

from shared.language import message

COMPOSED = (
    message("waited.already_found_someone"),
    message("waited.already_not_now"),
    message("waited.already_still_waiting"),
    message("waited.found_someone"),
    message("waited.found_someone_heading"),
    message("waited.not_now"),
    message("waited.not_now_heading"),
    message("waited.still_waiting"),
    message("waited.still_waiting_heading"),
    message("waiting.found_someone"),
    message("waiting.found_someone_about"),
    message("waiting.not_now"),
    message("waiting.not_now_about"),
    message("waiting.still_waiting"),
    message("waiting.still_waiting_about"),
)

"""Security headers: what a browser may do with an answer of ours.

Pages carry no script, load nothing from anywhere, and send their forms to ourselves alone. The one style
sheet is inlined, so the policy names its hash instead of allowing inline styles.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

NOTHING_OF_THE_DEVICE = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

API_HEADERS: Mapping[str, str] = MappingProxyType(
    {
        "Cache-Control": "no-store",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex",
    }
)


def page_headers(
    style_hash: str,
    *,
    framed_by: Sequence[str] = (),
    has_form: bool = False,
    sends_on_to: Sequence[str] = (),
    indexed: bool = False,
) -> dict[str, str]:
    """The headers of a page whose only style is the one with this CSP hash (`sha256-…`).

    `framed_by` are the origins that may show it in a frame; none means nobody. `sends_on_to` are those that
    the answer to its form may redirect to: a browser counts that as sending the form there, and else stops
    it with the person still on the form. A page with a form sends its origin with the post (`same-origin`),
    any other page tells nobody that it was read. A page is kept by no cache, because what was typed or read
    must not come back with the Back button on a shared computer; and by no search engine, unless it is
    `indexed`.
    """
    headers = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": _policy(style_hash, framed_by, sends_on_to, has_form=has_form),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": NOTHING_OF_THE_DEVICE,
        "Referrer-Policy": "same-origin" if has_form else "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    if not framed_by:
        headers["X-Frame-Options"] = "DENY"
    if not indexed:
        headers["X-Robots-Tag"] = "noindex"
    return headers


def _policy(style_hash: str, framed_by: Sequence[str], sends_on_to: Sequence[str], *, has_form: bool) -> str:
    form_action = " ".join(("'self'", *sends_on_to)) if has_form else "'none'"
    ancestors = " ".join(framed_by) or "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{style_hash}'",
            "img-src data:",  # the empty icon, so that no browser asks for one
            f"form-action {form_action}",
            f"frame-ancestors {ancestors}",
            "base-uri 'none'",
        )
    )

"""One request is one trace, through every service."""

from shared import trace


def test_work_on_a_request_belongs_to_the_trace_it_came_with() -> None:
    mine, other = trace.new_traceparent(), trace.new_traceparent()

    with trace.began_with(None, {"request-1": mine, "request-2": other}):
        child = trace.traceparent_for("request-1")

    assert child.split("-")[1] == mine.split("-")[1]
    assert child.split("-")[2] != mine.split("-")[2]


def test_a_malformed_parent_begins_a_new_trace() -> None:
    assert trace.child_of("00-<script>-x-01").count("-") == 3
    assert "script" not in trace.child_of("00-<script>-x-01")

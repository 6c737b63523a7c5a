"""The one door to NATS.

Facts leave through the outbox (`announce`, then the relay) and arrive through `listen` and the inbox, so
that each has its effect once, whatever crashes in between. Asks are request and reply, never stored.
"""

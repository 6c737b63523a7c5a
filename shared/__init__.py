"""What every service stands on: contracts, messaging, storage plumbing, clock, ids, pages.

Knows no service and nothing of `deploy`.
"""

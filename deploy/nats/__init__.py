"""The NATS server's configuration, from `shared/messaging/rights.py`: for `practice up` and for compose."""

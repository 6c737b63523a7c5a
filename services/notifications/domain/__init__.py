"""Which mails there are to send, and whether each may go: decisions, without doing anything.

`plan` turns facts into deliveries, `decide` is contact safety, `delay_after` is patience.
"""

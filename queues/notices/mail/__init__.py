"""Mails about notices: written when they are sent (`writing`), by a worker (`sending`), with a link
that stops them (`unsubscribing`).

Mails are rows of their own; the outbox has one row that says that some are due, so that a thousand
of them, or a mail server that hangs, keep no job waiting.
"""

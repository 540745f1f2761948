"""Erasing a person's data on request: what a sender's user said (`of_sender`), or an account
(`of_account`).

Content goes; ids, states, counts and hashes stay, with a tombstone that says when. Each is an event
with who, why and counts, and never with what was erased.
"""

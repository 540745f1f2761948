"""Notices: what people are told about their queues, in the page and by mail.

A notice is one row for a person, a queue and a kind, told again when there is something new, so
that what comes in dozens gathers. `invited` writes it where somebody is added; all the rest is
read off the queues by beat (`following`, `reminders`), so that no submit, skip or decision costs a
statement more, and a notice is never wrong for longer than a minute. A mail is a row of its own,
which a worker sends (`mail`).

A notice names a queue and counts items. It holds no answer, no remark, nobody's name.
"""

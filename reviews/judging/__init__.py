"""Judging without a queue: what was judged of a trace, and the form that judges it."""

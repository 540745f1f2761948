"""What programs ask for, by a token: `/api/v1/`. A root: it may import every app, none imports it.

Each operation names the capability it demands (`guard.Token`); pages and operations call the same
queries and actions.
"""

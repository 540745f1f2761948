"""Who may do what, for every route; and what nobody's page may show. See table.py."""

"""What an item was made from, as SQL."""

# The key of the trace of the item `i`, null for an item of anything else. Compared with
# traces_trace.id it lets the primary key answer; a cast of that id to text would read every trace.
# CASE, since PostgreSQL may otherwise cast a key before it has looked whether it is a UUID.
TRACE_KEY = r"""(
       case when i.source_kind = 'trace'
                 and i.source_key ~ '^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$'
            then i.source_key::uuid end)"""

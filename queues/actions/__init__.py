"""What changes a queue; pages, admin, jobs and programs call the same verbs.

- `assignment`: who gets which item next, and what is bound to whom
- `holds`: how a hold is kept, ended, reviewed, and lapses
- `items`: items added, removed, reopened, and how many annotations they need
- `people`: members of a queue, and the links that invite them
- `status`, `settings`, `copying`, `guidelines`: the queue itself; modules, since all of the above
  ask for the queue's status, and its settings change all of the above
- `sweep`: what beat repeats
"""

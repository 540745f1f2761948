"""`make run`: the site on a machine of one's own, and the servers it lacks; not for production."""

"""The pages behind links that let people in: an invitation, a queue's share link, a password.

`pages` has a `LinkKind`, which is one kind of link, and `enter`, the page that is the same for all.
"""

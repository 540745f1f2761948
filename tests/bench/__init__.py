"""`make bench`: what a claim and a submit cost through HTTP, beside the same work in bare SQL."""

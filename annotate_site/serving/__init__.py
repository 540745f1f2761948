"""The web server: `python -m annotate_site.serving`, processes of waitress that serve the site.

A request is read whole, within a time and a size, before it takes one of the few threads.
"""

"""Judgments that other products' exports contain: one module for each product.

Each gives the judgments, and what it could not read as one, which stays an attribute.
"""

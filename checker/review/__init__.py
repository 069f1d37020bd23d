"""Reviewing a change: what it touches, how the findings compare with those before, what it does to the rules.

All of it is judged by the rules of the base; a change has no say in its own review.
"""

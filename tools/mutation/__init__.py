"""Faults put into the policies and parameters one at a time, to see whether the tables of cases notice them."""

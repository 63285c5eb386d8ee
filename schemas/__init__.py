"""Contracts: what services, other programs and the record say to one another.

Imports nothing of ours.
"""

"""Publish: takes in acts that were approved, and the secrets of the body's accounts.

Decides what the next step of each sending is: begin, settle, wait or ask a person. Gives out acts
on platforms, each at most once, after asking the gate again.
"""

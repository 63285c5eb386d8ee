"""Ingest takes in what sources saw: replayed files, feeds, webhooks, logs of calls and visits.

It decides what may pass the door: each revision once, nothing taken back, nobody who objects to
being read. It gives out posts received, edited and removed, and refusals that name place and cure.
"""

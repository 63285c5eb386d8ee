"""Measurements of Mercat: takes in posts of the sample town and how long to measure.
Decides nothing about Mercat; only whether a ratio has fallen below its stated floor.
Gives out figures: a table for people, `bench/results.json` for comparison, and an exit code.
"""

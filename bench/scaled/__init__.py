"""Measures the scaled way: classify on several hosts side by side, then the services together.

Takes a real broker and PostgreSQL of its own on free ports. Gives figures in the form `bench` has.
"""

"""Store: takes in rows to write and rows to find; decides nothing, but that a commit is whole or
absent; gives out rows. Every table is declared in `tables.py` with the one service that writes it.
"""

"""Console: takes in requests from people and programs; decides what each may see and which command
it means; gives out pages, JSON, and the signed deliveries it received, handed to the door.
"""

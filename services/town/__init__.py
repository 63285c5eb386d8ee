"""The sample town: takes in texts of our own writing, a seed and a moment.
Decides who in invented Mercatburgh says what and when: ordinary weeks, a storm, a rumour.
Gives out replay rows, closed cases, and a folder of settings and data to start Mercat on.
"""

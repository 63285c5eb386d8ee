"""Classify: takes in posts as they came, and word of edits and removals.

Decides language, team, sentiment, urgency and intent, each with a probability and the terms behind
it. Gives out classified posts; removals pass through unread.
"""

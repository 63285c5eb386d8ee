"""Route: takes in classified posts, word of removals, and people's wishes to reroute.

Decides which team has a post, why, how soon an answer is due, and which case it opens or joins.
Gives out routed posts, on the common topic and on the team's own, and the rows an inbox reads.
"""

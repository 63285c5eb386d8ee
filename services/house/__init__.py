"""House: takes in what people and the body itself say on a platform that Mercat serves.

Decides only what a platform must: whose token it is, and that one key takes effect once. Gives out
threads, as pages and feeds, and word of new, edited and removed posts.
"""

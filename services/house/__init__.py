"""House: takes in what the body's accounts and people who take part do on the platform of its own.

It decides what each of them may do there: whose post it is, who is blocked, what has been said
before under the same key. It gives out threads, profiles, and the changes that sources listen to.
"""

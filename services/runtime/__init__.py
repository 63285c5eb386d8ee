"""What services run on: ports, effects, one `step`, the embedded runner, clock, settings, errors.

Takes in records and stages, decides only the order of work, and gives out commits: all the
effects of a batch, durable together or not at all.
"""

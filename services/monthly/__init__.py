"""The report on a month: what came in, what was answered and stopped, and what it cost."""

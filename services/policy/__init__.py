"""Policy: takes in what somebody wants to do or say in the body's name, and the facts around it.

Decides whether it may go, who must agree, and until when, by rules that governance officers own.
Gives out verdicts, and writes everything that was decided into the audit.
"""

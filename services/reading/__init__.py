"""Reading: takes in the text of a post or of a draft.

Decides nothing for or against it; finds what can be told from the words alone: places, language,
personal data, promises, links, length. Gives out findings, which other rooms weigh.
"""

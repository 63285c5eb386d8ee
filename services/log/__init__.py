"""Log: takes in events by topic; decides nothing but their order; gives them out again from any
offset, for as long as the topic's retention says.
"""

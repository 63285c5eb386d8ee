# METADATA
# title: Emoji
# description: Screen readers say every emoji by its name, so a few are friendly and many are noise.
# custom:
#   group: reading
package mercat.rules.content.emoji

# METADATA
# title: Too many
# description: In all, wherever they stand.
reasons contains reason if {
	limit := data.mercat.data.limits.emoji_max
	not input.findings.emoji <= limit
	reason := {
		"severity": "hold",
		"message": "content.emoji_many",
		"parameters": {"count": input.findings.emoji, "limit": limit},
		"sentence": "It holds more emoji than people who have it read out can bear.",
		"cure": concat("", ["Keep ", format_int(limit, 10), " at most, and say the rest in words."]),
		"citation": citation,
		"need": data.mercat.data.approvals.content,
	}
}

# METADATA
# title: Too many in a row
# description: A row says no more than one of it.
reasons contains reason if {
	limit := data.mercat.data.limits.emoji_in_a_row_max
	input.findings.emoji <= data.mercat.data.limits.emoji_max
	not input.findings.emoji_in_a_row <= limit
	reason := {
		"severity": "hold",
		"message": "content.emoji_row",
		"parameters": {"count": input.findings.emoji_in_a_row, "limit": limit},
		"sentence": "It holds a row of emoji, each of which is read out by its name.",
		"cure": concat("", ["Keep ", format_int(limit, 10), " in a row at most."]),
		"citation": citation,
		"need": data.mercat.data.approvals.content,
	}
}

citation := "House rules: emoji are few, and never stand for words."

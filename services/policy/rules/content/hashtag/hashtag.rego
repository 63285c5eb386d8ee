# METADATA
# title: Hashtag
# description: Screen readers read a hashtag word by word only where each word has its capital.
# custom:
#   group: reading
package mercat.rules.content.hashtag

# METADATA
# title: Words run together
# description: Short tags and those of one word are none.
reasons contains reason if {
	not input.findings.hashtags_run_together == 0
	reason := {
		"severity": "hold",
		"message": "content.hashtag",
		"parameters": {"count": input.findings.hashtags_run_together},
		"sentence": "It holds a hashtag of several words without capitals, which cannot be read out.",
		"cure": "Begin each word of the hashtag with a capital.",
		"citation": "House rules: a hashtag has a capital for each word.",
		"need": data.mercat.data.approvals.content,
	}
}

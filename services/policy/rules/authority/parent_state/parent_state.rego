# METADATA
# title: The post it answers
# description: >-
#   An answer is to a post as its author read it. Where the post was changed or taken away
#   meanwhile, the answer does not go out.
# custom:
#   group: answers
package mercat.rules.authority.parent_state

# METADATA
# title: Parent gone
# description: The post is no longer there.
reasons contains reason if {
	input.conversation.parent == "gone"
	reason := {
		"severity": "deny",
		"message": "authority.parent_gone",
		"sentence": "The post this is about is gone, so this is void.",
		"cure": "Leave it, or write to the person another way.",
		"citation": citation,
	}
}

# METADATA
# title: Parent changed
# description: Its words are others now, or what has become of it is not known.
reasons contains reason if {
	not input.conversation.parent in {"live", "none", "gone"}
	reason := {
		"severity": "deny",
		"message": "authority.parent_changed",
		"sentence": "The post this is about was changed after this was written, so this is void.",
		"cure": "Read the post as it stands now, then write anew.",
		"citation": citation,
	}
}

citation := "House rules: an approval stands for one answer to one wording."

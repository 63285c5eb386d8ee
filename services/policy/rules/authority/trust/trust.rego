# METADATA
# title: Trust
# description: >-
#   Whoever is handed the voice for a while begins with everything they write looked at by somebody,
#   and is let do more alone as clean acts add up. A refusal or a complaint takes them down at once.
package mercat.rules.authority.trust

# METADATA
# title: Not yet alone
# description: On this level the act waits for somebody.
reasons contains reason if {
	some message, sentence in waits
	reason := {
		"severity": "hold",
		"message": message,
		"parameters": {"level": level},
		"sentence": sentence,
		"cure": "Ask somebody who may approve to read it.",
		"citation": citation,
		"need": data.mercat.data.authority.trust.need,
	}
}

# METADATA
# title: Looked at afterwards
# description: On the highest level nothing waits, and the record says that somebody is to look.
reasons contains reason if {
	level == "after"
	reason := {
		"severity": "advice",
		"message": "authority.trust_after",
		"sentence": "It goes out at once, and somebody looks at it afterwards.",
		"cure": "Nothing is to be done.",
		"citation": citation,
	}
}

waits["authority.trust_every"] := "Every act of this person waits for somebody as yet." if {
	is_object(input.actor.trust)
	not level in {"first", "sampled", "after"}
}

waits["authority.trust_first_of_day"] := "The first act of the day waits for somebody." if {
	level == "first"
	not input.actor.trust.first_of_day == false
}

waits["authority.trust_first_to_person"] := "The first act to a person waits for somebody." if {
	level == "first"
	not input.actor.trust.first_to_person == false
}

waits["authority.trust_sampled"] := "It was drawn to be looked at; a share of this person's acts is." if {
	level == "sampled"
	not input.actor.trust.draw >= data.mercat.data.authority.trust.sampled_percent
}

level := object.get(input.actor.trust, "level", "unknown") if is_object(input.actor.trust)

citation := "House rules: whoever is handed the voice is let speak alone step by step."

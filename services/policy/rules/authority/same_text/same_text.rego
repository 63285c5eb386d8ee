# METADATA
# title: The same thing just said
# description: >-
#   Nobody is told the same twice in one conversation, and an account that says one text over and
#   over sounds like a machine.
# custom:
#   group: answers
package mercat.rules.authority.same_text

# METADATA
# title: Said in this conversation
# description: The account said nearly this in the same conversation before.
reasons contains reason if {
	not input.conversation.same_said <= data.mercat.data.authority.same_text.in_conversation_max
	reason := {
		"severity": "hold",
		"message": "authority.same_in_conversation",
		"parameters": {"said": input.conversation.same_said},
		"sentence": "The account has said nearly the same in this conversation before.",
		"cure": "Say what is new, or leave it; somebody who may approve can let it go.",
		"citation": citation,
		"need": data.mercat.data.authority.same_text.need,
	}
}

# METADATA
# title: Said over and over
# description: The account said nearly this to others so often in the last hour. An emergency lifts it.
reasons contains reason if {
	not input.account.mode == "emergency"
	not input.account.same_said < data.mercat.data.authority.same_text.in_account_hour_max
	reason := {
		"severity": "hold",
		"message": "authority.same_in_account",
		"parameters": {"said": input.account.same_said},
		"sentence": "The account has said nearly the same several times in the last hour.",
		"cure": "Say it once in a post that everybody sees, or answer each in words of their own.",
		"citation": citation,
		"need": data.mercat.data.authority.same_text.need,
	}
}

citation := "House rules: people are answered, not sent a text over and over."

# METADATA
# title: Somebody else answering
# description: >-
#   Two people who answer the same at once give two answers, or one twice. Whoever began later is told
#   while writing, and waits when proposing.
# custom:
#   group: answers
package mercat.rules.authority.others_answering

# METADATA
# title: Others answering
# description: Another person drafts, waits with, or has just sent an answer to the same case or post.
reasons contains reason if {
	not input.conversation.others_answering == 0
	reason := object.union(
		{
			"message": "authority.others_answering",
			"parameters": {"people": input.conversation.others_answering},
			"sentence": "Somebody else is answering this just now, or has just answered.",
			"cure": "Look at the case and agree with them whose answer goes out.",
			"citation": "House rules: one question, one answer.",
		},
		weight,
	)
}

weight := {"severity": "advice"} if input.phase == "advice"

weight := {"severity": "hold", "need": data.mercat.data.authority.others_answering.need} if {
	not input.phase == "advice"
}

# METADATA
# title: The gate
# description: >-
#   Puts together what every rule says. Names the bundle it was asked of and each rule it ran, so
#   that an answer that is incomplete or of another bundle is never taken for leave.
package mercat.gate

# METADATA
# title: Answer
# description: The only thing that is asked; what follows from it is decided by who asks.
# entrypoint: true
answer := {
	"revision": data.mercat.bundle.revision,
	"checked": checked,
	"reasons": reasons,
}

# METADATA
# title: Rules run
# description: The id of every rule that gave an answer, be it an empty one.
checked := [id |
	some id
	found[id]
]

# METADATA
# title: Reasons
# description: What the rules object to, each under the id of the rule that said it.
reasons := [object.union(reason, {"rule": id}) |
	some id
	some reason in found[id]
]

# Once for both: on regopy each look at a rule runs it.
found := {id: said |
	some concern, rule
	said := data.mercat.rules[concern][rule].reasons
	id := concat("/", [concern, rule])
}

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
checked := [pair[0] | some pair in found]

# METADATA
# title: Reasons
# description: What the rules object to, each under the id of the rule that said it.
reasons := [object.union(reason, {"rule": pair[0]}) |
	some pair in found
	some reason in pair[1]
]

# Pairs of a rule's id and its reasons. Once for both, since regopy runs a rule at each look; by name,
# since going through whatever lies there took it twice as long. What is not there is not in `checked`.
found := [[id, data.mercat.rules[concern][rule].reasons] |
	some [id, concern, rule] in data.mercat.bundle.rules
]

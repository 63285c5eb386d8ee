# METADATA
# title: Halted
# description: >-
#   Nothing goes out under a halt, be it of the account, the person, the theme, a rule or
#   everything. Nobody's consent lifts it: what waits is judged again once two people have released
#   the halt.
package mercat.rules.authority.halted_account

# METADATA
# title: Under a halt
# description: One reason for each halt that stops this act.
reasons contains reason if {
	some halt in input.account.halts
	reason := {
		"severity": "hold",
		"message": "authority.halted",
		"parameters": {"kind": halt.kind, "name": halt.name},
		"sentence": sentence(halt),
		"cure": cure,
		"citation": citation,
	}
}

# METADATA
# title: Mode says halted
# description: The account's mode alone stops an act, and so does a mode that is none of ours.
reasons contains reason if {
	not input.account.mode in {"normal", "emergency", "pre-election"}
	reason := {
		"severity": "hold",
		"message": "authority.account_halted",
		"parameters": {"name": input.account.id},
		"sentence": concat(" ", ["The account", input.account.id, "is halted, so nothing is sent as it."]),
		"cure": cure,
		"citation": citation,
	}
}

sentence(halt) := "Everything is halted, so nothing is sent." if halt.kind == "everything"

sentence(halt) := text if {
	halt.kind != "everything"
	text := concat("", ["There is a halt on ", what(halt), " ", halt.name, ", so nothing under it is sent."])
}

what(halt) := object.get(
	{
		"account": "the account",
		"person": "the person",
		"theme": "the theme",
		"rule": "what comes under the rule",
	},
	halt.kind,
	"",
)

cure := "Wait until two people have released the halt; what waits is judged again then."

citation := "House rules: a halt holds from the next sending on."

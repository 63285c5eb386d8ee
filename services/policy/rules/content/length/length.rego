# METADATA
# title: Length
# description: >-
#   A text longer than the platform takes would be refused there, or cut short.
# custom:
#   group: reading
package mercat.rules.content.length

# METADATA
# title: Too long
# description: The text, as the platform counts, against the account's limit.
reasons contains reason if {
	length := input.findings.length
	limits := input.account.limits
	not length <= limits.limit
	reason := {
		"severity": "deny",
		"message": "content.too_long",
		"parameters": {"length": length, "limit": limits.limit, "kind": limits.kind},
		"sentence": concat("", [
			"It is ",
			format_int(length, 10),
			" ",
			limits.kind,
			" long, and the platform takes ",
			format_int(limits.limit, 10),
			".",
		]),
		"cure": concat("", ["Take out at least ", format_int(length - limits.limit, 10), "."]),
		"citation": "The platform's own limit.",
	}
}

# METADATA
# title: Too heavy
# description: The platform would refuse it for another measure than this, such as its bytes.
reasons contains reason if {
	input.findings.length <= input.account.limits.limit
	not input.findings.is_too_long == false
	reason := {
		"severity": "deny",
		"message": "content.too_heavy",
		"parameters": {"length": input.findings.length},
		"sentence": "It takes up more room than the platform gives, though its length would do.",
		"cure": "Shorten it, or use fewer special characters.",
		"citation": "The platform's own limit.",
	}
}

# METADATA
# title: Veiled text
# description: >-
#   Characters that turn the reading direction round, cannot be seen, or only look like letters make
#   a text other than it seems, to readers, to screen readers, and to every rule.
# custom:
#   group: safety
package mercat.rules.content.veil

# METADATA
# title: Not what it looks like
# description: Typed anew it loses nothing, so nobody's consent helps.
reasons contains reason if {
	not input.findings.veils == 0
	reason := {
		"severity": "deny",
		"message": "content.veil",
		"parameters": {"count": input.findings.veils},
		"sentence": "It holds characters that cannot be seen, or that are not the letters they look like.",
		"cure": "Type the text anew, with plain letters.",
		"citation": "House rules: a text is what it looks like.",
	}
}

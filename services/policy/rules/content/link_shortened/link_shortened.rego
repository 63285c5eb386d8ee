# METADATA
# title: Shortened link
# description: >-
#   A shortener hides where a link leads, counts who follows it, and can be pointed elsewhere
#   afterwards.
# custom:
#   group: safety
package mercat.rules.content.link_shortened

# METADATA
# title: A link that does not say where it leads
# description: The full address is always to be had, so nobody's consent helps.
reasons contains reason if {
	not input.findings.links_shortened == 0
	reason := {
		"severity": "deny",
		"message": "content.link_shortened",
		"parameters": {"count": input.findings.links_shortened},
		"sentence": "It holds a shortened link, which does not show where it leads.",
		"cure": "Give the full address of the page.",
		"citation": "WCAG 2.2, criterion 2.4.4: people can tell what a link is for.",
	}
}

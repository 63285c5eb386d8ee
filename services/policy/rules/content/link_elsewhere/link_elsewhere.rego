# METADATA
# title: Link off the list
# description: >-
#   Whoever follows a link of the body's trusts the body for what is there. So links lead to its own
#   pages and to hosts that governance has put on a list; others take somebody's consent.
# custom:
#   group: safety
package mercat.rules.content.link_elsewhere

# METADATA
# title: A host that is not on the list
# description: What is shortened or pretends to be somebody else has rules of its own.
reasons contains reason if {
	not input.findings.links_elsewhere == 0
	reason := {
		"severity": "hold",
		"message": "content.link_elsewhere",
		"parameters": {"count": input.findings.links_elsewhere},
		"sentence": "It links to a site that is not on the body's list.",
		"cure": "Link to a page of the body's own, or have the site put on the list.",
		"citation": "House rules: links lead to the body's own pages, or to sites on its list.",
		"need": data.mercat.data.approvals.content,
	}
}

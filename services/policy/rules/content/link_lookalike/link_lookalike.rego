# METADATA
# title: Look-alike link
# description: >-
#   No link leads to a site whose address can be taken for the body's own, or for one that it knows:
#   a letter off, letters of another script, the name under another ending or before somebody
#   else's.
# custom:
#   group: safety
package mercat.rules.content.link_lookalike

# METADATA
# title: A host that looks like another
# description: Such hosts are made to take people's money and passwords.
reasons contains reason if {
	not input.findings.links_lookalike == 0
	reason := {
		"severity": "deny",
		"message": "content.link_lookalike",
		"parameters": {"count": input.findings.links_lookalike},
		"sentence": "It links to a site that can be taken for one it is not.",
		"cure": "Check the address letter by letter; if the site is the body's, add it to its own.",
		"citation": "House rules: nobody is led to a site that passes for another.",
	}
}

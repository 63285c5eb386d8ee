# METADATA
# title: Party politics
# description: >-
#   A public account takes no side between parties, candidates or in a referendum, and never
#   asks for a vote.
# custom:
#   group: respect
package mercat.rules.content.party_politics

# METADATA
# title: A side taken
# description: Nobody can let it go; it has to be written anew.
reasons contains reason if {
	number := input.findings.wording.party_politics
	not number == 0
	reason := {
		"severity": "deny",
		"message": "content.party_politics",
		"parameters": {"count": number},
		"sentence": "It takes a side between parties, politicians or in a vote.",
		"cure": "Take it out; say what was decided, or how and when to vote.",
		"citation": "Local Government Act 1986, section 2.",
	}
}

# METADATA
# title: High impact
# description: >-
#   What reaches far or cannot be taken back takes two people beside its author. Governance says
#   which acts those are. Where a body has one officer, that officer's consent will do.
package mercat.rules.authority.high_impact

# METADATA
# title: Two approvers
# description: One reason for each class of high impact that an act belongs to.
reasons contains reason if {
	some class in classes
	reason := {
		"severity": "hold",
		"message": "authority.high_impact",
		"parameters": {"class": class},
		"sentence": concat("", [whys[class], ", so it takes the consent of more than one person."]),
		"cure": "Ask people who may approve to read it; with one officer, read it once more yourself.",
		"citation": "House rules: two approvers for what reaches far or cannot be taken back.",
		"need": need,
	}
}

classes contains "mode" if input.account.mode in data.mercat.data.authority.high_impact.modes

classes contains "kind" if input.act.kind in data.mercat.data.authority.high_impact.kinds

classes contains "theme" if input.conversation.theme in data.mercat.data.authority.high_impact.themes

classes contains "account" if input.account.id in data.mercat.data.authority.high_impact.accounts

classes contains "link" if {
	not data.mercat.data.authority.high_impact.posts_with_links_elsewhere == false
	not input.act.kind == "reply"
	not input.findings.links_elsewhere == 0
}

whys := {
	"mode": "Everything said in this account's mode counts as high impact",
	"kind": "This kind of act counts as high impact",
	"theme": "What is said on this theme counts as high impact",
	"account": "What is said as this account counts as high impact",
	"link": "A post with a link away from our own sites counts as high impact",
}

need := data.mercat.data.authority.high_impact.need if not input.settings.one_officer == true

need := object.union(data.mercat.data.authority.high_impact.need, {"count": 1}) if {
	input.settings.one_officer == true
}

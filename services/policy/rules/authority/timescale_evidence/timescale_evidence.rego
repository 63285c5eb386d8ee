# METADATA
# title: What closed cases support
# description: >-
#   A promised time must not be shorter than what it took before: four of five closed cases of the
#   kind were done in so many days. Where too few were closed, the time that the team publishes
#   counts instead.
# custom:
#   group: answers
package mercat.rules.authority.timescale_evidence

# METADATA
# title: Sooner than closed cases
# description: Enough cases were closed, and they took longer than is promised.
reasons contains reason if {
	is_number(input.findings.timescale_days_min)
	measured
	not input.findings.timescale_days_min >= input.evidence.closed_days_p80
	reason := {
		"severity": "hold",
		"message": "authority.timescale_beats_cases",
		"parameters": {
			"promised_days": input.findings.timescale_days_min,
			"closed_days": input.evidence.closed_days_p80,
			"closed_cases": input.evidence.closed_cases,
		},
		"sentence": concat("", [
			"It promises something within ",
			days(input.findings.timescale_days_min),
			"; cases like it took up to ",
			days(input.evidence.closed_days_p80),
			".",
		]),
		"cure": "Name a time that can be kept, or ask whether this case is different.",
		"citation": citation,
		"need": data.mercat.data.authority.closed_cases.need,
	}
}

# METADATA
# title: Sooner than the published standard
# description: Too few cases were closed to measure by, and the team publishes a longer time.
reasons contains reason if {
	is_number(input.findings.timescale_days_min)
	not measured
	is_number(standard_days)
	not input.findings.timescale_days_min >= standard_days
	reason := {
		"severity": "hold",
		"message": "authority.timescale_beats_standard",
		"parameters": {
			"promised_days": input.findings.timescale_days_min,
			"standard_days": standard_days,
		},
		"sentence": concat("", [
			"It promises something within ",
			days(input.findings.timescale_days_min),
			"; the team's published standard is ",
			days(standard_days),
			".",
		]),
		"cure": "Name a time that can be kept, or ask whether this case is different.",
		"citation": citation,
		"need": data.mercat.data.authority.closed_cases.need,
	}
}

# METADATA
# title: Nothing to measure by
# description: Too few cases were closed, and no standard is published; the writer is told so.
reasons contains reason if {
	is_number(input.findings.timescale_days_min)
	not measured
	not is_number(standard_days)
	reason := {
		"severity": "advice",
		"message": "authority.timescale_unmeasured",
		"sentence": "It promises a time, and too few cases like it were closed to say if that can be kept.",
		"cure": "Make sure with the team that it will be kept.",
		"citation": citation,
	}
}

measured if input.evidence.closed_cases >= data.mercat.data.authority.closed_cases.cases_min

standard_days := object.get(
	data.mercat.data.authority.closed_cases.standard_days,
	input.conversation.team,
	null,
)

days(1) := "1 day"

days(count) := concat("", [format_int(count, 10), " days"]) if count != 1

citation := "House rules: a promised time is one that closed cases bear out."

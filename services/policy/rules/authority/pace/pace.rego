# METADATA
# title: Quota and pace
# description: >-
#   An account and its authors say so much in an hour and a day, and not faster than agreed, so that
#   a slip, or a stranger at the keyboard, does not flood the town. An emergency lifts it.
package mercat.rules.authority.pace

# METADATA
# title: Quota used up
# description: As much was asked for before this as may be, in the hour or in the day.
reasons contains reason if {
	not input.account.mode == "emergency"
	some whose in ["account", "author"]
	some window in ["hour", "day"]
	said := before[whose][window]
	quota := quotas[whose][window]
	not said < quota
	reason := {
		"severity": "hold",
		"message": concat("", ["authority.", whose, "_quota"]),
		"parameters": {"window": window, "said": said, "quota": quota},
		"sentence": concat("", [
			names[whose],
			" has asked for ",
			format_int(said, 10),
			" acts in the last ",
			window,
			" before this one; the quota is ",
			format_int(quota, 10),
			".",
		]),
		"cure": "Let it wait a while, or ask a duty officer or governance to agree.",
		"citation": citation,
		"need": data.mercat.data.authority.quotas.need,
	}
}

# METADATA
# title: Too soon
# description: The one before was asked for less than the agreed pause ago.
reasons contains reason if {
	not input.account.mode == "emergency"
	some whose in ["account", "author"]
	since_seconds := before[whose].seconds
	pause_seconds := quotas[whose].pause_seconds
	not since_seconds >= pause_seconds
	reason := {
		"severity": "hold",
		"message": concat("", ["authority.", whose, "_pause"]),
		"parameters": {"seconds": since_seconds, "pause_seconds": pause_seconds},
		"sentence": concat("", [
			names[whose],
			" did something a moment before; there have to be ",
			format_int(pause_seconds, 10),
			" seconds between two acts.",
		]),
		"cure": "Propose it again in a moment, or ask a duty officer or governance to agree.",
		"citation": citation,
		"need": data.mercat.data.authority.quotas.need,
	}
}

before := {
	"account": {
		"hour": input.account.pace.last_hour,
		"day": input.account.pace.last_day,
		"seconds": input.account.pace.seconds_since_last,
	},
	"author": {
		"hour": input.actor.pace.last_hour,
		"day": input.actor.pace.last_day,
		"seconds": input.actor.pace.seconds_since_last,
	},
}

# What the register says of an account can only be less than what is agreed for all.
quotas := {
	"account": {
		"hour": lesser(agreed.hour, object.get(registered, "hour", agreed.hour)),
		"day": lesser(agreed.day, object.get(registered, "day", agreed.day)),
		"pause_seconds": agreed.pause_seconds,
	},
	"author": data.mercat.data.authority.quotas.author,
}

agreed := object.get(
	data.mercat.data.authority.quotas.own,
	input.account.id,
	data.mercat.data.authority.quotas.account,
)

registered := object.get(input.account, "quota", {})

lesser(one, other) := one if one <= other

lesser(one, other) := other if other < one

names := {"account": "This account", "author": "The person who wrote this"}

citation := "House rules: no account and no person speaks without measure."

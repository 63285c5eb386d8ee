# METADATA
# title: Compose
# description: >-
#   The same care on one machine. The input is {"compose": {...}, "facts": {...}}.
package deploy.compose

# METADATA
# title: Services
# description: Each is confined, has limits, and is asked whether it is well.
deny contains sprintf("service %s: %s", [name, sentence]) if {
	some name, service in input.compose.services
	some sentence in faults(service)
}

faults(service) := {sentence |
	some sentence, holds in {
		"may write its root": object.get(service, "read_only", false) == true,
		"keeps capabilities": object.get(service, "cap_drop", []) == ["ALL"],
		"adds capabilities": object.get(service, "cap_add", []) == [],
		"may gain rights": "no-new-privileges:true" in object.get(service, "security_opt", []),
		"is privileged": object.get(service, "privileged", false) == false,
		"runs as root": regex.match(`^[1-9][0-9]*:`, object.get(service, "user", "0:0")),
		"shares the machine's network": object.get(service, "network_mode", "") != "host",
		"shares the machine's processes": object.get(service, "pid", "") != "host",
		"has no limit of memory": object.get(service, "mem_limit", null) != null,
		"has no limit of processor": object.get(service, "cpus", null) != null,
		"has no limit of processes": object.get(service, "pids_limit", 0) > 0,
		"is not asked whether it is well": object.get(service, "healthcheck", null) != null,
		"logs without end": object.get(service, ["logging", "options", "max-size"], null) != null,
	}
	not holds
}

# METADATA
# title: Ports
# description: Nobody outside the machine reaches a service but through a proxy that asks who they are.
deny contains sentence if {
	some name, service in input.compose.services
	some port in object.get(service, "ports", [])
	not startswith(sprintf("%v", [port]), "127.0.0.1:")
	sentence := sprintf("service %s: is open to other machines at %v", [name, port])
}

# METADATA
# title: Folders of the machine
# description: What a service sees of the machine it can only read, and the engine's socket it never sees.
deny contains sentence if {
	some name, service in input.compose.services
	some volume in object.get(service, "volumes", [])
	volume.type == "bind"
	object.get(volume, "read_only", false) != true
	sentence := sprintf("service %s: may write %s", [name, volume.source])
}

deny contains sentence if {
	some name, service in input.compose.services
	some volume in object.get(service, "volumes", [])
	contains(object.get(volume, "source", ""), "docker.sock")
	sentence := sprintf("service %s: sees the engine's socket", [name])
}

# METADATA
# title: Way out
# description: Only what reads feeds, speaks on platforms or shows pages has a network with a way out.
deny contains sentence if {
	some name, service in input.compose.services
	some network in object.get(service, "networks", [])
	object.get(input.compose.networks, [network, "internal"], false) != true
	not name in {"ingest", "publish", "console", "prometheus", "grafana"}
	sentence := sprintf("service %s: has a way out by %s", [name, network])
}

# METADATA
# title: Order
# description: A service starts once what it stands on is there, or asks again by itself.
deny contains sentence if {
	some name, service in input.compose.services
	regex.match(`(^|/)mercat:`, service.image)
	object.get(service, "command", [""])[0] == "serve"
	some job in ["migrate", "topics"]
	object.get(service, ["depends_on", job, "condition"], "") != "service_completed_successfully"
	sentence := sprintf("service %s: does not wait for %s", [name, job])
}

# METADATA
# title: Policy engine
# description: OPA stands beside each service that asks it, on loopback, and nobody else reaches it.
package deploy.engine

import data.deploy.workloads

asking := {"policy", "publish", "console"}

# METADATA
# title: Missing
# description: A service that asks OPA has one beside it.
deny contains sentence if {
	some workload in workloads.all
	workload.kind == "Deployment"
	workload.metadata.name in asking
	not "opa" in {container.name | some container in workloads.pod(workload).containers}
	sentence := sprintf("%s: has no OPA beside it", [workloads.name(workload)])
}

# METADATA
# title: Address
# description: It listens to its own pod alone, where the services ask.
deny contains sentence if {
	some each in workloads.containers
	contains(each.it.image, "/opa:")
	addresses := {argument | some argument in each.it.args; startswith(argument, "--addr")}
	addresses != {sprintf("--addr=127.0.0.1:%d", [input.facts.opa_port])}
	sentence := sprintf("%s: OPA does not listen to 127.0.0.1:%d alone", [each.of, input.facts.opa_port])
}

# METADATA
# title: Exposed
# description: No port of a container, Service or policy leads to it.
deny contains sentence if {
	some each in workloads.containers
	some port in object.get(each.it, "ports", [])
	port.containerPort == input.facts.opa_port
	sentence := sprintf("%s, %s: offers OPA's port", [each.of, each.it.name])
}

deny contains sentence if {
	some manifest in input.manifests
	manifest.kind == "Service"
	some port in manifest.spec.ports
	some key in ["port", "targetPort"]
	object.get(port, key, 0) in {input.facts.opa_port, "opa", "diagnostic"}
	sentence := sprintf("Service %s: leads to OPA", [manifest.metadata.name])
}

deny contains sentence if {
	some manifest in input.manifests
	manifest.kind == "NetworkPolicy"
	some rule in object.get(manifest.spec, "ingress", [])
	some port in rule.ports
	port.port == input.facts.opa_port
	sentence := sprintf("NetworkPolicy %s: leads to OPA", [manifest.metadata.name])
}

# METADATA
# title: In compose
# description: There it shares the network of the service that asks, on loopback, and has no port.
deny contains sentence if {
	some name, service in input.compose.services
	contains(service.image, "/opa:")
	some sentence in faults(name, service)
}

faults(name, service) := {sentence |
	some sentence, holds in {
		sprintf("service %s: OPA has a network of its own", [name]): startswith(object.get(service, "network_mode", ""), "service:"),
		sprintf("service %s: OPA does not listen to 127.0.0.1:%d", [name, input.facts.opa_port]): sprintf("--addr=127.0.0.1:%d", [input.facts.opa_port]) in object.get(service, "command", []),
		sprintf("service %s: OPA has a port", [name]): object.get(service, "ports", []) == [],
	}
	not holds
}

deny contains sentence if {
	input.compose
	some name in asking
	beside := {service.network_mode |
		some service in input.compose.services
		contains(service.image, "/opa:")
		service.network_mode
	}
	not sprintf("service:%s", [name]) in beside
	sentence := sprintf("service %s: has no OPA beside it", [name])
}

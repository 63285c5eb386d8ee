# METADATA
# title: Networks
# description: Nothing speaks with anything, save what a policy names.
package deploy.networks

import data.deploy.workloads

policies contains manifest if {
	some manifest in input.manifests
	manifest.kind == "NetworkPolicy"
}

# Policies that let nothing in and nothing out of what they cover.
closed contains policy if {
	some policy in policies
	{"Ingress", "Egress"} == {type | some type in policy.spec.policyTypes}
	object.get(policy.spec, "ingress", []) == []
	object.get(policy.spec, "egress", []) == []
}

# METADATA
# title: Open
# description: Each pod is under a policy that denies both ways by default.
deny contains sentence if {
	some workload in workloads.all
	not covered(workload)
	sentence := sprintf("%s: is under no policy that denies by default", [workloads.name(workload)])
}

covered(workload) if {
	some policy in closed
	policy.metadata.namespace == workload.metadata.namespace
	workloads.fits(policy.spec.podSelector, workloads.labels(workload))
}

# METADATA
# title: Anyone
# description: A policy that lets anyone in, or out to anywhere, or at any port, is none.
deny contains sentence if {
	some policy in policies
	some direction, side in {"ingress": "from", "egress": "to"}
	some rule in object.get(policy.spec, direction, [])
	some missing in [side, "ports"]
	object.get(rule, missing, []) == []
	sentence := sprintf("NetworkPolicy %s: %s without %q is open to anyone", [policy.metadata.name, direction, missing])
}

deny contains sentence if {
	some policy in policies
	some direction, side in {"ingress": "from", "egress": "to"}
	some rule in object.get(policy.spec, direction, [])
	some peer in rule[side]
	some selector in ["namespaceSelector", "podSelector"]
	peer[selector] == {}
	sentence := sprintf("NetworkPolicy %s: %s by an empty %s is open to all", [policy.metadata.name, direction, selector])
}

# METADATA
# title: One side
# description: A flow between our own pods is open on both sides, or it is shut.
deny contains sentence if {
	some policy in policies
	some flow in out_of(policy)
	some asked in workloads.all
	workloads.fits(flow.selector, workloads.labels(asked))
	not taken_in(asked, flow.port)
	sentence := sprintf("NetworkPolicy %s: lets out to %s at %d, which lets nobody in there", [policy.metadata.name, workloads.name(asked), flow.port])
}

out_of(policy) := {{"selector": peer.podSelector, "port": port.port} |
	some rule in object.get(policy.spec, "egress", [])
	some peer in rule.to
	not peer.namespaceSelector
	some port in rule.ports
}

taken_in(workload, port) if {
	some policy in policies
	workloads.fits(policy.spec.podSelector, workloads.labels(workload))
	some rule in object.get(policy.spec, "ingress", [])
	some each in rule.ports
	each.port == port
}

# METADATA
# title: Services behind doors
# description: Whatever a Service leads to, somebody may come in there.
deny contains sentence if {
	some manifest in input.manifests
	manifest.kind == "Service"
	some workload in workloads.all
	workload.kind in workloads.serving
	workloads.fits({"matchLabels": manifest.spec.selector}, workloads.labels(workload))
	some port in manifest.spec.ports
	not taken_in(workload, port.port)
	sentence := sprintf("Service %s: leads to %s at %d, which lets nobody in", [manifest.metadata.name, workloads.name(workload), port.port])
}

# METADATA
# title: Way to the outside
# description: Only what reads feeds or speaks on platforms reaches the web, and never a private address.
deny contains sentence if {
	some policy in policies
	some rule in object.get(policy.spec, "egress", [])
	some peer in rule.to
	peer.ipBlock.cidr == "0.0.0.0/0"
	some workload in workloads.all
	workloads.fits(policy.spec.podSelector, workloads.labels(workload))
	not may_reach_the_web(workload, peer.ipBlock)
	sentence := sprintf("NetworkPolicy %s: lets %s out to private addresses or the web", [policy.metadata.name, workloads.name(workload)])
}

may_reach_the_web(workload, block) if {
	workload.metadata.name in {"ingest", "publish"}
	every private in ["10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"] {
		private in object.get(block, "except", [])
	}
}

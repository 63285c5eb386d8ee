# METADATA
# title: Images
# description: Every image stands at one version, and there is one of Mercat's, that of this checkout.
package deploy.images

import data.deploy.workloads

images contains {"of": sprintf("%s, %s", [each.of, each.it.name]), "image": each.it.image} if {
	some each in workloads.containers
}

images contains {"of": sprintf("Cluster %s", [manifest.metadata.name]), "image": manifest.spec.imageName} if {
	some manifest in input.manifests
	startswith(manifest.apiVersion, "postgresql.cnpg.io/")
	manifest.kind == "Cluster"
}

images contains {"of": sprintf("service %s", [name]), "image": service.image} if {
	some name, service in input.compose.services
}

# METADATA
# title: No version
# description: An image without a version, or at one that moves, is another one tomorrow.
deny contains sentence if {
	some each in images
	not regex.match(`^[^:@]+(:[0-9]+/[^:@]+)?:v?[0-9]+\.[0-9]+[A-Za-z0-9._-]*(@sha256:[0-9a-f]{64})?$`, each.image)
	sentence := sprintf("%s: the image %s stands at no fixed version", [each.of, each.image])
}

# METADATA
# title: Unnamed
# description: A database whose image nobody names is whatever its operator takes.
deny contains sentence if {
	some manifest in input.manifests
	startswith(manifest.apiVersion, "postgresql.cnpg.io/")
	manifest.kind == "Cluster"
	not manifest.spec.imageName
	sentence := sprintf("Cluster %s: names no image", [manifest.metadata.name])
}

# METADATA
# title: Another Mercat
# description: All of Mercat's services are of one version, this checkout's.
deny contains sentence if {
	some each in images
	regex.match(`(^|/)mercat:`, each.image)
	not endswith(each.image, sprintf("mercat:%s", [input.facts.version]))
	sentence := sprintf("%s: the image %s is not version %s", [each.of, each.image, input.facts.version])
}

# METADATA
# title: Two images of Mercat
# description: One image for every service, so that they agree on schemas and rules.
deny contains sentence if {
	ours := {each.image | some each in images; regex.match(`(^|/)mercat:`, each.image)}
	count(ours) > 1
	sentence := sprintf("there is more than one image of Mercat: %s", [concat(", ", sort(ours))])
}

# METADATA
# title: Images, tried
# description: Images that move, that nobody names, and that do not agree.
package deploy.images_test

import data.deploy.images
import data.deploy.sample_test as sample

cases := {
	"latest": {
		"sentence": "Deployment publish, mercat: the image mercat:latest stands at no fixed version",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/0/image", "mercat:latest")),
	},
	"without a version": {
		"sentence": "Deployment publish, mercat: the image mercat stands at no fixed version",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/0/image", "mercat")),
	},
	"a port is no version": {
		"sentence": "Deployment publish, mercat: the image registry.example:5000/mercat stands at no fixed version",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/0/image", "registry.example:5000/mercat")),
	},
	"a whole number moves": {
		"sentence": "Deployment publish, opa: the image openpolicyagent/opa:1 stands at no fixed version",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/1/image", "openpolicyagent/opa:1")),
	},
	"of a database": {
		"sentence": "Cluster rows: the image postgresql:latest stands at no fixed version",
		"input": sample.spoilt("rows", sample.set_to("/spec/imageName", "postgresql:latest")),
	},
	"of a database, unnamed": {
		"sentence": "Cluster rows: names no image",
		"input": sample.spoilt("rows", sample.unset("/spec/imageName")),
	},
	"in compose": {
		"sentence": "service publish-opa: the image openpolicyagent/opa:latest stands at no fixed version",
		"input": sample.spoilt_compose(sample.set_to("/services/publish-opa/image", "openpolicyagent/opa:latest")),
	},
	"of another version": {
		"sentence": "Deployment publish, mercat: the image registry.example/mercat:1.2.4 is not version 1.2.3",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/0/image", "registry.example/mercat:1.2.4")),
	},
	"two of ours": {
		"sentence": "there is more than one image of Mercat: mercat:1.2.3, registry.example/mercat:1.2.3",
		"input": sample.spoilt("publish", sample.set_to("/spec/template/spec/containers/0/image", "mercat:1.2.3")),
	},
}

test_a_fault_is_found[note] if {
	some note, case in cases
	case.sentence in images.deny with input as case.input
}

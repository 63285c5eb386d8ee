# METADATA
# title: Commands
# description: What a container is told, in variables and arguments, is what this version of Mercat knows.
package deploy.commands

import data.deploy.workloads

told contains {"of": each.of, "args": object.get(each.it, "args", []), "names": names} if {
	some each in workloads.containers
	regex.match(`(^|/)mercat:`, each.it.image)
	names := {variable.name | some variable in object.get(each.it, "env", [])}
}

told contains {"of": sprintf("service %s", [name]), "args": service.command, "names": object.keys(object.get(service, "environment", {}))} if {
	some name, service in input.compose.services
	regex.match(`(^|/)mercat:`, service.image)
	not service.entrypoint
}

# METADATA
# title: Variable
# description: A variable that nobody reads is refused at the start.
deny contains sentence if {
	some each in told
	some name in each.names
	startswith(name, "MERCAT_")
	not name in input.facts.environment
	sentence := sprintf("%s: nobody reads %s", [each.of, name])
}

# METADATA
# title: Command line
# description: Each command line is one that the program takes.
deny contains sentence if {
	some each in told
	not concat(" ", each.args) in input.facts.commands
	sentence := sprintf("%s: `mercat %s` is no command", [each.of, concat(" ", each.args)])
}

# METADATA
# title: Every service
# description: Each service that Mercat has is run.
deny contains sentence if {
	some command in input.facts.commands
	startswith(command, "serve ")
	not command in {concat(" ", each.args) | some each in told}
	sentence := sprintf("`mercat %s` is run by nothing", [command])
}

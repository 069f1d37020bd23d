# METADATA
# title: Days on which the relationship begins
# description: >
#   What must be signed or done "before" is measured against these days. Each is undefined when the manifest tells none
#   of the dates that it follows from; whoever asks has to say so.
package lib.milestones

# METADATA
# scope: document
# description: >
#   The day of the first access to client data. Where it is not given, the earliest of the days on which service,
#   processing and contract begin.
first_access := input.scope.first_access_on

first_access := min(_beginnings) if {
	not input.scope.first_access_on
}

# METADATA
# scope: document
# description: >
#   The first day of processing personal data. Where it is not given, the earliest of the days on which access, service
#   and contract begin, for whoever can look at data processes it.
processing_start := input.data_protection.processing_start

processing_start := min(_signs_of_processing) if {
	not input.data_protection.processing_start
}

_signs_of_processing contains day if some day in _beginnings

_signs_of_processing contains input.scope.first_access_on

_beginnings contains input.scope.live_since

_beginnings contains input.data_protection.processing_start

_beginnings contains input.contract.effective

# METADATA
# title: Dates against the as-of date
# description: >
#   Compares ISO dates as text. All calendar arithmetic happens before evaluation; a period that the context does not
#   know gives the answer that finds fault, never the one that passes.
package lib.dates

# METADATA
# scope: document
# description: The day for which the manifests are judged.
as_of := data.context.as_of

# METADATA
# scope: document
# description: True when more than `period` has gone by since `date`. A thing dated exactly `period` ago is still good.
overdue(date, period) if date < object.get(data.context, ["cutoff", period], "9999-12-31")

# METADATA
# scope: document
# description: True when `date` lies after the as-of date.
future(date) if date > as_of

# METADATA
# scope: document
# description: True when something valid through the whole of `date` no longer is.
expired(date) if date < as_of

# METADATA
# scope: document
# description: True when `date` comes within `period` from now.
soon(date, period) if date <= object.get(data.context, ["ahead", period], "9999-12-31")

# METADATA
# scope: document
# description: True when `day` lies within the legal life of a row of the parameters, both ends inclusive; null is open.
in_force(row, day) if {
	row.valid_from <= day
	row.valid_until == null
}

in_force(row, day) if {
	row.valid_from <= day
	row.valid_until >= day
}

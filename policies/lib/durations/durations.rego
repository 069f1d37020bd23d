# METADATA
# title: Durations against limits
# description: >
#   Compares ISO 8601 durations of the manifest and of the parameters by their length, which is measured before
#   evaluation. Months and clock time never compare; what cannot be compared gives the answer that finds fault.
package lib.durations

# METADATA
# scope: document
# description: True when `one` is longer than `other`, or when the two cannot be compared.
longer(one, other) if _length(one) > _length(other)

longer(one, other) if not _comparable(one, other)

# METADATA
# scope: document
# description: True when `one` is shorter than `other`, or when the two cannot be compared.
shorter(one, other) if _length(one) < _length(other)

shorter(one, other) if not _comparable(one, other)

# METADATA
# scope: document
# description: True when that many seconds are more than the duration `limit`, or when the limit cannot be measured.
seconds_exceed(seconds, limit) if seconds > _length(limit)

seconds_exceed(_, limit) if not _is_clock(limit)

_comparable(one, other) if _measure(one).unit == _measure(other).unit

_is_clock(duration) if _measure(duration).unit == "seconds"

_length(duration) := _measure(duration).length

_measure(duration) := object.get(
	data.context.durations, duration,
	object.get(input.derived.durations, duration, null),
)

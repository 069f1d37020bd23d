# METADATA
# title: The client's own organisation
# description: Tells the client's people and names from the vendor's.
package lib.organisation

# METADATA
# scope: document
# description: True when the address belongs to one of the client's mail domains, letter case aside.
is_ours(email) if {
	some domain in data.params.org.domains
	lower(domain) == _domain(email)
}

# METADATA
# scope: document
# description: >
#   True when the address lies in or below one of the client's mail domains. Wider than `is_ours`, for what must not
#   come from the client: an account in a subdomain for contractors is no address of the vendor.
is_under_ours(email) if is_ours(email)

is_under_ours(email) if {
	some domain in data.params.org.domains
	endswith(_domain(email), $".{lower(domain)}")
}

# METADATA
# scope: document
# description: True when the legal name is one of the client's own.
is_client(name) if {
	some own in data.params.org.legal_names
	same_name(own, name)
}

# METADATA
# scope: document
# description: True when two legal names differ at most in letter case, spaces, dots, commas and hyphens.
same_name(one, other) if plain_name(one) == plain_name(other)

# METADATA
# scope: document
# description: A legal name in the form by which it compares, without letter case, spaces, dots, commas and hyphens.
plain_name(name) := strings.replace_n({" ": "", ".": "", ",": "", "-": ""}, lower(name))

_domain(email) := trim_right(parts[count(parts) - 1], ".") if parts := split(lower(email), "@")

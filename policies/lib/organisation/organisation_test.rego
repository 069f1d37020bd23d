package lib.organisation_test

import data.lib.organisation

_org := {"domains": ["Client.example"], "legal_names": ["Client Bank AG"], "leis": []}

test_is_ours_by_domain_only if {
	every email in ["a.lind@client.example", "A.LIND@CLIENT.EXAMPLE", "odd@name@client.example"] {
		organisation.is_ours(email) with data.params.org as _org
	}
	every email in ["pm@vendor.example", "x@client.example.org", "x@notclient.example", "x@ext.client.example", "x", ""] {
		not organisation.is_ours(email) with data.params.org as _org
	}
}

test_is_under_ours_includes_subdomains if {
	every email in ["x@client.example", "x@ext.client.example", "x@Ext.Client.Example."] {
		organisation.is_under_ours(email) with data.params.org as _org
	}
	every email in ["x@notclient.example", "x@client.example.org", "x@vendor.example"] {
		not organisation.is_under_ours(email) with data.params.org as _org
	}
}

test_what_is_no_text_is_not_ours if {
	every value in [5, null, ["x@client.example"]] {
		not organisation.is_ours(value) with data.params.org as _org
	}
}

test_is_client_in_any_spelling if {
	every name in ["Client Bank AG", "client bank a.g.", "Client-Bank, AG"] {
		organisation.is_client(name) with data.params.org as _org
	}
	not organisation.is_client("Client Bank GmbH") with data.params.org as _org
}

test_same_name if {
	organisation.same_name("Nordhost GmbH", "NORDHOST  GMBH")
	not organisation.same_name("Nordhost GmbH", "Nordhost AG")
}

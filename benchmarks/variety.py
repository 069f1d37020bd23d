"""What generated portfolios vary in: places, services and their data, parties, software, names."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Where a vendor works."""

    country: str
    site: str
    model: str


@dataclass(frozen=True, slots=True)
class Data:
    """A set of data that a service needs; `tier` is the least that it allows."""

    id: str
    category: str
    purpose: str
    tier: str
    masking: str = ""


TIERS = ("low", "medium", "high", "critical")
_OFFSHORE = [("PH", "Cebu"), ("PH", "Manila"), ("IN", "Pune"), ("IN", "Chennai"), ("ZA", "Cape Town"), ("MA", "Rabat")]
_OFFSHORE += [("EG", "Cairo"), ("CO", "Bogota"), ("VN", "Hanoi"), ("MX", "Monterrey")]
_NEARSHORE = [("PL", "Krakow"), ("RO", "Cluj"), ("PT", "Lisbon"), ("CZ", "Brno"), ("BG", "Sofia"), ("NO", "Oslo")]
PLACES = [Place(*where, "offshore") for where in _OFFSHORE] + [Place(*where, "nearshore") for where in _NEARSHORE]
SERVICES = {
    "customer_support": [
        Data("tickets", "personal_contact", "ticket_handling", "medium"),
        Data("card-last4", "personal_financial", "refund_check", "medium", "masked"),
        Data("call-recordings", "communications_content", "quality_review", "high"),
    ],
    "data_entry": [
        Data("application-forms", "personal_contact", "capture", "medium"),
        Data("id-copies", "personal_government_id", "capture", "high"),
    ],
    "back_office": [
        Data("invoices", "business_confidential", "bookkeeping", "medium"),
        Data("supplier-contacts", "personal_contact", "bookkeeping", "medium"),
    ],
    "payroll": [
        Data("employees", "personal_employment", "pay_run", "medium"),
        Data("bank-accounts", "personal_financial", "pay_run", "high"),
    ],
    "it_operations": [
        Data("accounts", "personal_identifier", "user_administration", "high"),
        Data("configurations", "business_confidential", "operation", "medium"),
    ],
    "social_media": [
        Data("profiles", "personal_contact", "moderation", "medium"),
        Data("messages", "communications_content", "moderation", "high"),
    ],
    "software_development": [
        Data("repositories", "source_code", "development", "high"),
        Data("test-customers", "personal_identifier", "testing", "medium", "pseudonymised"),
    ],
    "marketing": [
        Data("subscribers", "personal_contact", "mailing", "medium"),
        Data("campaigns", "business_internal", "planning", "low"),
    ],
}
PARTIES = [
    ("nordhost", "Nordhost GmbH", "hosting", "DE"),
    ("poldercloud", "Poldercloud B.V.", "backup", "NL"),
    ("lumen-mail", "Lumen Mail SAS", "mail_delivery", "FR"),
    ("callbridge", "Callbridge Ltd", "telephony", "IE"),
]
SOFTWARE = [
    ("agent-desktop-plugin", "GPL-3.0-only WITH Classpath-exception-2.0 OR MIT", "delivered"),
    ("queue-monitor", "Apache-2.0", "internal"),
    ("report-builder", "MIT", "delivered"),
    ("speech-index", "BSD-3-Clause", "linked"),
    ("case-export", "MIT OR Apache-2.0", "delivered"),
    ("terminal-relay", "GPL-2.0-or-later", "internal"),
]
METRICS = [
    ("abandonment_rate", "lte", 5, "percent"),
    ("resolution_rate", "gte", 80, "percent"),
    ("availability", "gte", 99.9, "percent"),
    ("backlog_age", "lte", 48, "hours"),
]
# What is agreed beside the base's first response time and satisfaction, where a service needs it.
REQUIRED = {
    "back_office": ["accuracy", "on_time"],
    "data_entry": ["accuracy", "on_time"],
    "it_operations": ["resolution_time"],
    "marketing": ["on_time"],
    "payroll": ["accuracy", "on_time"],
    "social_media": ["on_time"],
    "software_development": ["accuracy", "on_time"],
}
TARGETS = {
    "accuracy": ("accuracy", "gte", 99.5, "percent"),
    "on_time": ("on_time", "gte", 98, "percent"),
    "resolution_time": ("resolution_time", "lte", 8, "hours"),
}
# What a vendor of tier critical has beyond the base, which is of tier high.
AT_CRITICAL = {
    "quality.sampling_rate_pct": 5,
    "assurance.audit_rights.notice": "P5D",
    "continuity.exit.transition_period": "P12M",
    "continuity.knowledge.retained_experts": 3,
    "contract.notice_by_vendor": "P12M",
    "access.leaver_revocation": "PT4H",
}
WORDS = ["amber", "birch", "cobalt", "delta", "ember", "fjord", "grove", "harbour", "indigo", "juniper", "kestrel"]
WORDS += ["lagoon", "maple", "nimbus", "ochre", "prairie", "quartz", "ridge", "saffron", "tundra"]

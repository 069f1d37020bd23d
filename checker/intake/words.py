"""What registers call countries and certificates, and how they say yes and no; mappings add their own words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from checker.intake.sheet import plain_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

YES: Final = frozenset({"yes", "y", "true", "ja", "j", "oui", "si", "x", "1", "✓", "✔", "☑", "wahr", "vrai"})
NO: Final = frozenset({"no", "n", "false", "nein", "non", "0", "✗", "☐", "falsch", "faux"})

# English short names of ISO 3166-1, then other names that registers use for the same country and no other.
_COUNTRIES: Final = """
AF Afghanistan|AX Åland Islands|AL Albania|DZ Algeria|AS American Samoa|AD Andorra|AO Angola|AI Anguilla|AQ Antarctica
AG Antigua and Barbuda|AR Argentina|AM Armenia|AW Aruba|AU Australia|AT Austria|AT Österreich|AZ Azerbaijan|BS Bahamas
BH Bahrain|BD Bangladesh|BB Barbados|BY Belarus|BE Belgium|BE Belgien|BE Belgique|BZ Belize|BJ Benin|BM Bermuda
BT Bhutan|BO Bolivia|BO Bolivia (Plurinational State of)|BQ Bonaire, Sint Eustatius and Saba|BA Bosnia and Herzegovina
BW Botswana|BV Bouvet Island|BR Brazil|BR Brasil|IO British Indian Ocean Territory|BN Brunei|BN Brunei Darussalam
BG Bulgaria|BG Bulgarien|BF Burkina Faso|BI Burundi|CV Cabo Verde|CV Cape Verde|KH Cambodia|CM Cameroon|CA Canada
CA Kanada|KY Cayman Islands|CF Central African Republic|TD Chad|CL Chile|CN China|CN PR China
CN People's Republic of China|CX Christmas Island|CC Cocos (Keeling) Islands|CO Colombia|KM Comoros|CG Congo
CD Democratic Republic of the Congo|CK Cook Islands|CR Costa Rica|CI Côte d'Ivoire|CI Ivory Coast|HR Croatia
HR Kroatien|CU Cuba|CW Curaçao|CY Cyprus|CY Zypern|CZ Czechia|CZ Czech Republic|CZ Tschechien|DK Denmark|DK Dänemark
DJ Djibouti|DM Dominica|DO Dominican Republic|EC Ecuador|EG Egypt|SV El Salvador|GQ Equatorial Guinea|ER Eritrea
EE Estonia|EE Estland|SZ Eswatini|ET Ethiopia|FK Falkland Islands|FO Faroe Islands|FJ Fiji|FI Finland|FI Finnland
FR France|FR Frankreich|GF French Guiana|PF French Polynesia|TF French Southern Territories|GA Gabon|GM Gambia
GE Georgia|DE Germany|DE Deutschland|DE Allemagne|DE Federal Republic of Germany|GH Ghana|GI Gibraltar|GR Greece
GR Griechenland|GL Greenland|GD Grenada|GP Guadeloupe|GU Guam|GT Guatemala|GG Guernsey|GN Guinea|GW Guinea-Bissau
GY Guyana|HT Haiti|HM Heard Island and McDonald Islands|VA Holy See|VA Vatican City|HN Honduras|HK Hong Kong
HK Hong Kong SAR|HU Hungary|HU Ungarn|IS Iceland|IS Island|IN India|IN Indien|ID Indonesia|IR Iran|IQ Iraq|IE Ireland
IE Irland|IE Republic of Ireland|IM Isle of Man|IL Israel|IT Italy|IT Italien|IT Italia|JM Jamaica|JP Japan|JE Jersey
JO Jordan|KZ Kazakhstan|KE Kenya|KI Kiribati|KP North Korea|KR South Korea|KR Korea, Republic of|KR Republic of Korea
KW Kuwait|KG Kyrgyzstan|LA Laos|LA Lao PDR|LV Latvia|LV Lettland|LB Lebanon|LS Lesotho|LR Liberia|LY Libya
LI Liechtenstein|LT Lithuania|LT Litauen|LU Luxembourg|LU Luxemburg|MO Macao|MO Macau|MG Madagascar|MW Malawi
MY Malaysia|MV Maldives|ML Mali|MT Malta|MH Marshall Islands|MQ Martinique|MR Mauritania|MU Mauritius|YT Mayotte
MX Mexico|MX México|FM Micronesia|MD Moldova|MC Monaco|MN Mongolia|ME Montenegro|MS Montserrat|MA Morocco
MZ Mozambique|MM Myanmar|MM Burma|NA Namibia|NR Nauru|NP Nepal|NL Netherlands|NL The Netherlands|NL Holland
NL Niederlande|NL Nederland|NC New Caledonia|NZ New Zealand|NI Nicaragua|NE Niger|NG Nigeria|NU Niue|NF Norfolk Island
MK North Macedonia|MP Northern Mariana Islands|NO Norway|NO Norwegen|NO Norge|OM Oman|PK Pakistan|PW Palau
PS Palestine|PS State of Palestine|PA Panama|PG Papua New Guinea|PY Paraguay|PE Peru|PH Philippines|PH The Philippines
PH Philippinen|PN Pitcairn|PL Poland|PL Polen|PL Polska|PT Portugal|PR Puerto Rico|QA Qatar|RE Réunion|RO Romania
RO Rumänien|RU Russia|RU Russian Federation|RW Rwanda|BL Saint Barthélemy
SH Saint Helena, Ascension and Tristan da Cunha|KN Saint Kitts and Nevis|LC Saint Lucia|MF Saint Martin (French part)
PM Saint Pierre and Miquelon|VC Saint Vincent and the Grenadines|WS Samoa|SM San Marino|ST Sao Tome and Principe
SA Saudi Arabia|SN Senegal|RS Serbia|RS Serbien|SC Seychelles|SL Sierra Leone|SG Singapore|SG Singapur
SX Sint Maarten (Dutch part)|SK Slovakia|SK Slovak Republic|SK Slowakei|SI Slovenia|SI Slowenien|SB Solomon Islands
SO Somalia|ZA South Africa|ZA Südafrika|GS South Georgia and the South Sandwich Islands|SS South Sudan|ES Spain
ES Spanien|ES España|LK Sri Lanka|SD Sudan|SR Suriname|SJ Svalbard and Jan Mayen|SE Sweden|SE Schweden|SE Sverige
CH Switzerland|CH Schweiz|CH Suisse|SY Syria|SY Syrian Arab Republic|TW Taiwan|TJ Tajikistan|TZ Tanzania|TH Thailand
TL Timor-Leste|TG Togo|TK Tokelau|TO Tonga|TT Trinidad and Tobago|TN Tunisia|TR Türkiye|TR Turkey|TM Turkmenistan
TC Turks and Caicos Islands|TV Tuvalu|UG Uganda|UA Ukraine|AE United Arab Emirates|AE UAE|GB United Kingdom|GB UK
GB U.K.|GB Great Britain|GB England|GB Scotland|GB Wales|GB Northern Ireland|GB Vereinigtes Königreich
US United States|US United States of America|US USA|US U.S.A.|US U.S.|UM United States Minor Outlying Islands
UY Uruguay|UZ Uzbekistan|VU Vanuatu|VE Venezuela|VN Vietnam|VN Viet Nam|VG British Virgin Islands|VI US Virgin Islands
WF Wallis and Futuna|EH Western Sahara|YE Yemen|ZM Zambia|ZW Zimbabwe
"""
_ISO: Final = {
    "27001": ("iso_27001", ("2013", "2017", "2022")),
    "27701": ("iso_27701", ("2019",)),
    "22301": ("iso_22301", ("2012", "2019")),
}
_ISO_PREFIXES: Final = (
    "ISO",
    "ISO/IEC",
    "DIN EN ISO",
    "DIN EN ISO/IEC",
    "DIN ISO/IEC",
    "EN ISO/IEC",
    "BS EN ISO/IEC",
    "",
)
_REPORTS: Final = {
    "soc2_type2": ("SOC 2 Type 2", "SOC 2 Type II", "SOC 2 T2", "SOC 2 Typ 2", "SOC 2 Typ II", "SOC II Type II"),
    "soc2_type1": ("SOC 2 Type 1", "SOC 2 Type I", "SOC 2 T1", "SOC 2 Typ 1", "SOC 2 Typ I"),
    "soc1_type2": ("SOC 1 Type 2", "SOC 1 Type II", "SOC 1 T2", "SSAE 18 SOC 1 Type II"),
    "pci_aoc": ("PCI DSS", "PCI", "PCI DSS AoC", "PCI AoC", "PCI DSS Level 1", "PCI DSS Attestation of Compliance"),
    "hitrust": ("HITRUST", "HITRUST CSF", "HITRUST r2"),
    "csa_star_l1": ("CSA STAR Level 1", "CSA STAR L1", "CSA STAR Self-Assessment"),
    "csa_star_l2": ("CSA STAR Level 2", "CSA STAR L2", "CSA STAR Certification"),
    "caiq": ("CAIQ", "CSA CAIQ"),
    "sig": ("SIG", "SIG Core", "SIG Lite", "Shared Assessments SIG"),
}
_PCI_EDITIONS: Final = ("3.2.1", "4.0", "4.0.1")


def countries() -> dict[str, object]:
    """Return the codes of countries by the plain key of their names."""
    return {plain_key(row[3:]): row[:2] for line in _COUNTRIES.split("\n") for row in line.split("|") if row}


def certificates() -> dict[str, object]:
    """Return type and edition by the plain key of what a report is called; what could be two things is not here."""
    return {plain_key(name): fields for name, fields in _certificates()}


def _certificates() -> Iterator[tuple[str, Mapping[str, str]]]:
    for number, (kind, editions) in _ISO.items():
        for prefix in _ISO_PREFIXES:
            yield f"{prefix} {number}", {"type": kind}
            yield from ((f"{prefix} {number}:{one}", {"type": kind, "edition": one}) for one in editions)
    for kind, names in _REPORTS.items():
        yield from ((name, {"type": kind}) for name in names)
    for edition in _PCI_EDITIONS:
        for sign in ("", "v"):
            yield f"PCI DSS {sign}{edition}", {"type": "pci_aoc", "edition": edition}


def yes_no() -> dict[str, object]:
    """Return true and false by the words for them."""
    return {**dict.fromkeys(YES, True), **dict.fromkeys(NO, False)}


BUILT_IN: Final = {"countries": countries, "certificates": certificates, "yes_no": yes_no}

"""`checker vendor import`: every row of a register becomes a manifest, or an error that names row and column."""

import csv
import io
import tomllib
from pathlib import Path

import pytest

from checker import documents, intake
from checker.errors import UsageError
from checker.intake import CellError, Habits, convert, read_mapping, read_sheet
from checker.intake.cells import slug
from checker.intake.words import countries
from tests.cli.program import ROOT, checker
from tests.schema.material import parameters, schemas

HERE = Path(__file__).parent / "material"
REGISTER = (HERE / "register.csv").read_bytes()
MAPPING = (HERE / "mapping.toml").read_text()
# Row and column of everything that is wrong in the register of sixty vendors, and a word of the reason.
WRONG = {
    (8, "Certificates"): "Cyber Essentials Plus",
    (10, "Link"): "which is not an address",
    (19, "Certificates"): "ISO 9001",
    (25, "Supplier"): "the id `sunbird-bpo` is that of row 24 already",
    (29, "Critical?"): '"maybe" is not in the table `functions`',
    (32, "Service"): '"catering" is not in the table `services`',
    (37, "Certificates"): "Cyber Essentials",
    (40, "Contract start"): '"31/12/2025" is no date as YYYY-MM-DD or DD.MM.YYYY',
    (43, "Certificates"): "ISO 27001 (in progress)",
    (49, "Certificates"): "ISAE 3402 Type II",
    (52, "Sites"): "it has 1 item where column `Countries` has 2",
    (56, "Supplier"): "nothing stands there, and metadata.legal_name is needed",
    (61, "Supplier"): "is a formula",
}
SMALL = """
apiVersion = "vendorpolicy/v1"
kind = "ImportMapping"
columns = [{column = "Name", field = "metadata.legal_name"}]
constants = [
  {field = "scope.service", value = "payroll"},
  {field = "scope.function", value = "supporting"},
  {field = "scope.risk_tier", value = "low"},
  {field = "scope.regimes", value = "none"},
  {field = "scope.data_subject_regions", value = "EEA; GB"},
  {field = "scope.data[].category", value = "public"},
  {field = "scope.data[].id", value = "all"},
  {field = "scope.locations[].country", value = "DE"},
]
"""
MANIFESTS = schemas()


def mapped(text, name="mapping.toml"):
    return read_mapping(name, text.encode(), MANIFESTS, MANIFESTS)


def drafts(register, text=SMALL):
    mapping = mapped(text, "m.toml" if "= " in text else "m.yaml")
    content = register if isinstance(register, bytes) else register.encode()
    sheet = read_sheet(
        "r.csv", content, encoding=mapping.encoding, delimiter=mapping.delimiter, header=mapping.header_row
    )
    return intake.drafts(sheet, mapping, MANIFESTS)


def extended(**more):
    """Return the small mapping, in YAML, with further columns, constants and so on."""
    base = tomllib.loads(SMALL)
    return documents.dump({**base, **{name: [*base.get(name, ()), *rows] for name, rows in more.items()}})


def test_sixty_rows_become_manifests_or_errors_with_row_and_column(tmp_path):
    for file in HERE.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    done = checker("vendor", "import", "register.csv", "--mapping", "mapping.toml", cwd=tmp_path)
    assert done.code == 1, done.err
    for (row, column), words in WRONG.items():
        assert f"register.csv: row {row}, column `{column}`: " in done.out
        assert words in done.out.replace('\\"', '"')
    assert done.out.count(": row ") == len(WRONG)
    assert (
        "61 rows, read as cp1252 with `;`: 47 manifests written, 13 rows with errors, 1 blank row skipped" in done.out
    )
    files = sorted((tmp_path / "vendor_manifests").iterdir())
    assert len(files) == 60 - len(WRONG)
    for file in files:
        loaded = documents.load(file.name, file.read_bytes())
        assert loaded.problems == (), file.name
        assert MANIFESTS.check(loaded.document, "VendorManifest") == (), file.name
        assert loaded.document.data["metadata"]["id"] == file.stem


def test_what_the_register_says_arrives():
    found = {one.vendor: one.data for one in drafts(REGISTER, MAPPING) if not one.troubles}
    nordvik = found["nordvik-skylagring"]
    assert nordvik["metadata"]["country"] == "NO"
    assert nordvik["metadata"]["owner"] == {"name": "Mira Sand", "email": "m.sand@client.example"}
    assert nordvik["scope"]["locations"] == [
        {"country": "NO", "site": "Stavanger"},
        {"country": "DE", "site": "Frankfurt"},
    ]
    assert nordvik["contract"]["annual_value"] == {"amount": 3400000, "currency": "EUR"}
    assert nordvik["assurance"]["reports"][0] == {
        "type": "iso_27001",
        "edition": "2022",
        "issuer": "not given",
        "expires": "2028-05-14",
    }
    assert found["ankara-cagri-merkezi"]["metadata"]["country"] == "TR"
    assert found["kairos-collections-spa"]["scope"]["data"] == [
        {"id": "personal-contact", "category": "personal_contact"},
        {"id": "personal-financial", "category": "personal_financial"},
    ]
    assert found["ficus-and-farn-bueropflanzen"]["scope"]["data"] == []
    assert "contract" not in found["kairos-collections-spa"]
    assert found["quick-couriers-s-r-o"]["metadata"]["legal_name"] == '"Quick" Couriers, s.r.o.'
    assert list(nordvik) == [
        "apiVersion",
        "kind",
        "metadata",
        "scope",
        "data_protection",
        "assurance",
        "contract",
        "evidence",
    ]


def test_nothing_is_written_over_unless_it_is_asked_for(tmp_path):
    (tmp_path / "m.toml").write_text(SMALL)
    (tmp_path / "r.csv").write_text("Name\nAcme\nBolt\n")
    command = ("vendor", "import", "r.csv", "--mapping", "m.toml")
    dry = checker(*command, "--dry-run", cwd=tmp_path)
    assert (dry.code, "2 manifests would be written" in dry.out) == (0, True), dry.err
    assert not (tmp_path / "vendor_manifests").exists()
    assert checker(*command, cwd=tmp_path).code == 0
    file = tmp_path / "vendor_manifests/acme.yaml"
    made = file.read_text()
    file.write_text("# mine\n")
    (tmp_path / "vendor_manifests/bolt.yaml").unlink()
    (tmp_path / "vendor_manifests/bolt.yaml").symlink_to(tmp_path / "target")
    again = checker(*command, cwd=tmp_path)
    assert (again.code, file.read_text()) == (1, "# mine\n")
    assert "row 2: vendor_manifests/acme.yaml is there already" in again.out
    forced = checker(*command, "--force", cwd=tmp_path)
    assert (forced.code, file.read_text()) == (1, made)
    assert "row 3: vendor_manifests/bolt.yaml is there already" in forced.out
    assert not (tmp_path / "target").exists()
    hinted = checker(*command, "--hints", "--out", "others", cwd=tmp_path)
    assert hinted.code == 0
    assert "#   lei: " in (tmp_path / "others/acme.yaml").read_text()


def test_a_mapping_is_guessed_and_can_be_used_at_once(tmp_path):
    (tmp_path / "r.csv").write_text("Vendor,Tier,Service,Countries,Odd one\nAcme,low,payroll,Germany,x\n")
    shown = checker("vendor", "import", "r.csv", "--example-mapping", cwd=tmp_path)
    assert (shown.code, shown.err) == (0, "")
    fields = [one["field"] for one in tomllib.loads(shown.out)["columns"]]
    assert fields == ["metadata.legal_name", "scope.risk_tier", "scope.service", "scope.locations[].country"]
    assert '# column = "Odd one"' in shown.out
    needed = [
        line[2:] if line.startswith(("# [[con", '# field = "scope', "# value")) else line
        for line in shown.out.split("\n")
    ]
    (one,) = drafts((tmp_path / "r.csv").read_text(), "\n".join(needed))
    assert one.troubles == ()
    assert one.data["scope"]["locations"] == [{"country": "DE"}]


def test_the_example_mapping_is_valid_and_covers_its_register():
    text = intake.guessed((), "r.csv")
    names = [one["column"] for one in tomllib.loads(text)["columns"]]
    (row,) = drafts(f"{','.join(names)}\n{',' * (len(names) - 1)}x\n", text)
    assert {one.column for one in row.troubles} >= {"Vendor name", "Service", "Link"}
    mapped(text)


def test_the_same_mapping_in_yaml():
    text = documents.dump(tomllib.loads(SMALL))
    (one,) = drafts("Name\nAcme\n", text)
    assert one.troubles == ()


@pytest.mark.parametrize(
    ("content", "how", "cell"),
    [
        ("Name;b\nGrün;1\n".encode(), "utf-8 with `;`", "Grün"),
        ("Name,b\nGrün,1\n".encode("utf-8-sig"), "utf-8-sig with `,`", "Grün"),
        ("Name\tb\nGrün\t1\n".encode("cp1252"), "cp1252 with tabs", "Grün"),
        (b'Name;"b, c, d"\r\n"two\r\nlines";1\r\n', "utf-8 with `;`", "two\r\nlines"),
        (b'Name,b\n"a ""quoted"" one",1\n', "utf-8 with `,`", 'a "quoted" one'),
        (b"Name\nAcme\n", "utf-8 with `;`", "Acme"),
    ],
)
def test_how_files_are_written_is_found_out(content, how, cell):
    sheet = read_sheet("r.csv", content)
    assert (sheet.how, sheet.rows[0].cells["Name"], sheet.rows[0].number) == (f"read as {how}", cell, 2)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfeN\0", "stored as UTF-16"),
        (b"Name\n\x81\n", "not stored as utf-8 or cp1252: the byte 0x81 in line 2"),
        (b'Name,b\n"open,1\n', "broken near line"),
        (b'Name,b\n"a"b,1\n', "broken near line 2"),
        (b"", "names of the columns should be in row 1"),
        (b";;\n1;2;3\n", "holds no names of columns"),
        (b"x" * 200_000 + b"\n", "field larger than field limit"),
    ],
)
def test_what_cannot_be_read_is_refused(content, words):
    with pytest.raises(UsageError) as error:
        read_sheet("r.csv", content)
    assert words in error.value.message


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (("metadata.legal_name", "metadata.legal_nam"), "did you mean `legal_name`?"),
        (("metadata.legal_name", "metadat.legal_name"), "did you mean `metadata`?"),
        (("scope.data[].category", "scope.data.category"), "write data[].category"),
        (("scope.regimes", "scope.regimes[]"), "names no field of the list's items"),
        (("scope.service", "scope[].service"), "cannot have brackets"),
        (('column = "Name"', 'colum = "Name"'), "did you mean `column`?"),
        (('"Name", field', '"Name", table = "countrys", field'), "did you mean `countries`?"),
        (("columns", "ids = [{field = 'metadata.id', from = 'legalname'}]\ncolumns"), "did you mean `legal_name`?"),
        (("columns", "tables = {t = [{cell = 'x'}]}\ncolumns"), 'write it as {cell = "Germany"'),
        (("columns = [{", "columns = [{{"), "compare it with"),
    ],
)
def test_a_wrong_mapping_names_the_fault_and_the_right_word(edit, words):
    assert edit[0] in SMALL
    with pytest.raises(UsageError) as error:
        mapped(SMALL.replace(*edit, 1))
    assert words in f"{error.value.message} {error.value.hint}"


def test_a_column_that_is_not_there_is_told_with_the_nearest(tmp_path):
    with pytest.raises(UsageError, match="there is no column `Name`") as error:
        drafts("Nmae\nAcme\n")
    assert error.value.hint == "did you mean `Nmae`?"
    assert len(drafts("Name,name,NAME\na,b,c\n")) == 1
    with pytest.raises(UsageError, match="several columns"):
        drafts("name,NAME\na,b\n")
    done = checker("vendor", "import", "r.csv", cwd=tmp_path)
    assert (done.code, "--mapping must be given" in done.err) == (2, True)
    done = checker("vendor", "import", "r.csv", "--mapping", "m.toml", "--mappin", cwd=tmp_path)
    assert "did you mean `--mapping`?" in done.err


DATE, BOOLEAN, NUMBER, WHOLE = (
    {"type": "string", "format": "date"},
    {"type": "boolean"},
    {"type": "number"},
    {"type": "integer"},
)
CLOCK = MANIFESTS.declared(("scope", "required_rto"))
ENGLISH, GERMAN = Habits(), Habits(decimal=",", dates=("DD/MM/YYYY", "D MMM YY", "MM-DD-YYYY"))


@pytest.mark.parametrize(
    ("text", "declared", "habits", "value"),
    [
        ("2026-11-22", DATE, ENGLISH, "2026-11-22"),
        ("1.2.2026", DATE, ENGLISH, "2026-02-01"),
        ("03/04/2026", DATE, GERMAN, "2026-04-03"),
        ("3 Sept 26", DATE, GERMAN, "2026-09-03"),
        ("12-31-2026", DATE, GERMAN, "2026-12-31"),
        ("Ja", BOOLEAN, ENGLISH, True),
        ("x", BOOLEAN, ENGLISH, True),
        ("NEIN", BOOLEAN, ENGLISH, False),
        ("1,200.50", NUMBER, ENGLISH, 1200.5),
        ("1.200,50", NUMBER, GERMAN, 1200.5),
        ("1'200'000", WHOLE, ENGLISH, 1200000),
        ("99 %", NUMBER, ENGLISH, 99),
        ("-3", WHOLE, ENGLISH, -3),
        ("24 hours", CLOCK, ENGLISH, "PT24H"),
        ("PT8H", CLOCK, ENGLISH, "PT8H"),
        ("Customer Support", MANIFESTS.declared(("scope", "service")), ENGLISH, "customer_support"),
        ("EUR 5", MANIFESTS.declared(("contract", "annual_value")), ENGLISH, {"amount": 5, "currency": "EUR"}),
        (
            "1.500,5 chf",
            MANIFESTS.declared(("contract", "annual_value")),
            GERMAN,
            {"amount": 1500.5, "currency": "CHF"},
        ),
        ("Ann Lind", MANIFESTS.declared(("metadata", "owner")), ENGLISH, {"name": "Ann Lind"}),
        ("a@b.example", MANIFESTS.declared(("metadata", "owner")), ENGLISH, {"email": "a@b.example"}),
    ],
)
def test_cells_become_what_the_field_asks_for(text, declared, habits, value):
    assert convert(text, declared, {}, habits) == value


@pytest.mark.parametrize(
    ("text", "declared", "words"),
    [
        ("03/04/2026", DATE, "is no date as YYYY-MM-DD or DD.MM.YYYY"),
        ("2026-02-30", DATE, "is no date"),
        ("perhaps", BOOLEAN, "neither yes nor no"),
        ("1,5", NUMBER, "is no number"),
        ("1.200.000", NUMBER, "is no number"),
        ("1.5", WHOLE, "no whole number"),
        ("9" * 40, NUMBER, "is no number"),
        ("payrol", MANIFESTS.declared(("scope", "service")), "is not known here"),
        ("=1+1", {"type": "string"}, "is a formula"),
        ("5", MANIFESTS.declared(("contract", "annual_value")), "no amount with its currency"),
        ("a, " * 1000, MANIFESTS.declared(("metadata", "owner")), "it holds 3,000 characters"),
        ("x", MANIFESTS.declared(("contract", "liability")), "the field is a block"),
    ],
)
def test_what_could_mean_two_things_is_refused(text, declared, words):
    with pytest.raises(CellError) as error:
        convert(text, declared, {}, ENGLISH)
    assert words in error.value.message


def test_items_under_different_labels_are_apart():
    reports = {"iso": "iso_27001", "soc": "soc2_type2"}
    text = extended(
        columns=[{"column": label, "field": f"assurance.reports[{label}].expires"} for label in reports],
        constants=[
            {"field": f"assurance.reports[{label}].{name}", "value": value}
            for label, kind in reports.items()
            for name, value in (("type", kind), ("issuer", "Example AG"))
        ],
    )
    both, one, none = drafts("Name,iso,soc\nAcme,2027-01-01,2026-12-31\nBolt,,2026-12-31\nCord,,\n", text)
    assert [item["type"] for item in both.data["assurance"]["reports"]] == ["iso_27001", "soc2_type2"]
    assert one.data["assurance"]["reports"] == [{"type": "soc2_type2", "issuer": "Example AG", "expires": "2026-12-31"}]
    assert "assurance" not in none.data
    assert [each.troubles for each in (both, one, none)] == [(), (), ()]


def test_a_name_and_an_address_may_stand_apart():
    columns = [
        {"column": "mail", "field": "metadata.owner.email"},
        {"column": "owner", "field": "metadata.owner"},
    ]
    (one,) = drafts("Name,mail,owner\nAcme,a@b.example,Ann Lind\n", extended(columns=columns))
    assert one.data["metadata"]["owner"] == {"name": "Ann Lind", "email": "a@b.example"}


def test_one_item_may_stand_for_all():
    columns = [
        {"column": "type", "field": "contract.insurance[].type", "split": [";"]},
        {"column": "by", "field": "contract.insurance[].insurer", "split": [";"], "repeat": True},
    ]
    (one,) = drafts("Name,type,by\nAcme,cyber; crime,Example SE\n", extended(columns=columns))
    assert one.data["contract"]["insurance"] == [
        {"type": "cyber", "insurer": "Example SE"},
        {"type": "crime", "insurer": "Example SE"},
    ]


@pytest.mark.parametrize(
    ("name", "column", "words"),
    [
        ("Ac\u202eme", "Name", "an invisible character stands in it: U+202E"),
        ("Ac\x1b[31mme", "Name", "an invisible character stands in it: U+001B"),
        ("A" * 300, "Name", "200"),
        ("???", "Name", "no id can be made of"),
        ("../../etc/passwd", None, ""),
        ("- a: b # c\nd", None, ""),
        ("NO", None, ""),
    ],
)
def test_cells_are_hostile(name, column, words):
    buffer = io.StringIO()
    csv.writer(buffer).writerows([["Name"], [name]])
    (one,) = drafts(buffer.getvalue())
    if column is None:
        assert one.troubles == ()
        assert "/" not in one.vendor
        return
    assert [each.column for each in one.troubles] == [column]
    assert words in one.troubles[0].message


def test_what_is_printed_cannot_be_misread(tmp_path):
    (tmp_path / "m.toml").write_text(SMALL)
    (tmp_path / "r.csv").write_text("Name,\x1b[2J\n=\x1b]0;x\x07::error::,1\n")
    done = checker("vendor", "import", "r.csv", "--mapping", "m.toml", cwd=tmp_path)
    assert (done.code, "\x1b" in done.out, "\n::" in done.out) == (1, False, False), done.out


@pytest.mark.parametrize(
    ("name", "made"),
    [
        ("Möller & Söhne KG", "moeller-and-soehne-kg"),
        ("São Jorge, Lda.", "sao-jorge-lda"),
        ("Łódź Co.", "lodz-co"),
        ("O'Neill", "oneill"),
        ("a" * 80, "a" * 63),
        ("日本", ""),
    ],
)
def test_ids_are_made_of_names(name, made):
    assert slug(name) == made


def test_every_country_has_a_name_and_no_name_two_countries():
    found = countries()
    assert set(found.values()) == set(parameters()["countries"]["iso"])
    text = (ROOT / "checker/intake/words.py").read_text().partition('_COUNTRIES: Final = """\n')[2].partition('"""')[0]
    rows = text.replace("\n", "|").strip("|").split("|")
    by_name = {(row[:2], intake.plain_key(row[3:])) for row in rows}
    assert len({name for _, name in by_name}) == len(by_name)

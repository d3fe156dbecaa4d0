"""Every citation in sources, scripts and documents has its target: sections, field bugs, files, manual pages, links.

`scripts/check citations` is the way in."""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("include", "src", "tests", "bench", "scripts", ".ci")
DESIGN, TESTS = ROOT / "src" / "README.md", ROOT / "tests" / "README.md"
LAYERS = "base|system|core|net|output|engine|cli"
# Pages whose source is not beside its command yet.
MANUAL_PAGES = {"ringsweep(1)", "ringsweep-ping(1)", "ringsweep-throughput(1)", "ringsweep-diff(1)", "ringsweep-merge(1)",
                "ringsweep-export(1)", "ringsweep-output(5)"}

SECTION = re.compile(r"src/README\.md\)?,\s+(\d(?:\.\d)?(?:(?:,|\s+and)\s+\d(?:\.\d)?)*)")
FIELD_BUG = re.compile(r"field\s+bugs?\s+(\d+(?:(?:,|\s+and)\s+\d+)*)")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
PATH = re.compile(r"(?<![\w/.$}-])(?:tests|src|bench|scripts|include)/[\w./*-]*\w")
HEADER = re.compile(rf'(?<![\w/."<])(?:ringsweep/)?((?:{LAYERS})(?:/\w+)+\.(?:h|cc))\b')
PAGE = re.compile(r"\bringsweep[a-z-]*\(\d\)")
QUOTED_README = re.compile(r'(?<!/)(?<!\'s )\bREADME(?:\.md)?(?:,|\s+\()\s*"')
ABSENT = re.compile(r"design\.md|field-bugs|\.\./shared|(?<![\w/-])research/|\bissues?\s+#?\d+")
LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")


def cited_files():
    """Whatever people write: sources, scripts and documents, without the inputs of tests."""
    named = (".cc", ".h", ".py", ".cmake", ".txt", ".in", ".md")
    inside = (path for folder in FOLDERS for path in (ROOT / folder).rglob("*")
              if path.is_file() and "corpus" not in path.parts and path != pathlib.Path(__file__).resolve())
    return sorted(path for path in [*inside, *ROOT.glob("*.md"), ROOT / "CMakeLists.txt"]
                  if path.suffix in named or (not path.suffix and path.read_bytes()[:2] == b"#!"))


def without_comment_marks(text):
    """The same lines, so that a citation that is wrapped inside of a comment reads as one."""
    return re.sub(r"\n[ \t]*(?://+|#+)?[ \t]*", "\n", text)


def headings(text):
    return re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE)


def anchor(heading):
    """As GitHub makes it."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def field_bug_rows():
    """Number -> (line number, its last cell) of the table in tests/README.md."""
    rows = {}
    for line_number, line in enumerate(TESTS.read_text().splitlines(), 1):
        row = re.match(r"\| (\d+) \|.*\| ([^|]+) \|$", line)
        if row:
            rows[row[1]] = line_number, row[2]
    return rows


def file_exists(mention):
    """Words in capitals stand for any name."""
    return any(ROOT.glob(re.sub(r"(?<![A-Za-z.])[A-Z]{2,}(?=[_/]|$)", "*", mention)))


def known_pages():
    sources = {f"{path.name.split('.')[0]}({path.name.split('.')[1]})" for path in (ROOT / "src").rglob("*.[1-8].in")}
    return sources | MANUAL_PAGES


def citations_without_target(text, sections, bugs, pages):
    """(offset, what is wrong) of each."""
    for cited in SECTION.finditer(text):
        for number in set(NUMBER.findall(cited[1])) - sections:
            yield cited.start(), f"src/README.md has no section {number}; cite one that it has"
    for cited in FIELD_BUG.finditer(text):
        for number in set(NUMBER.findall(cited[1])) - bugs:
            yield cited.start(), f"tests/README.md has no field bug {number}; add its row or correct the number"
    for cited in PATH.finditer(text):
        if not file_exists(cited[0]):
            yield cited.start(), f"there is no {cited[0]}; name a file that exists"
    for cited in HEADER.finditer(text):
        if not any((ROOT / folder / cited[1]).is_file() for folder in ("include/ringsweep", "src")):
            yield cited.start(), f"there is no {cited[1]}; name a header that exists"
    for cited in PAGE.finditer(text):
        if cited[0] not in pages:
            yield cited.start(), f"there is no manual page {cited[0]}; cite one of: {' '.join(sorted(pages))}"
    for cited in QUOTED_README.finditer(text):
        yield cited.start(), "README.md is an introduction; cite the manual page and its section"
    for cited in ABSENT.finditer(text):
        yield cited.start(), f"'{cited[0]}' is not in the repository; give the reason, or cite src/README.md or tests/README.md"


def broken_links(path, text):
    for link in LINK.finditer(text):
        if re.match(r"[a-z]+:", link[1]):
            continue
        name, _, fragment = link[1].partition("#")
        target = path.parent / name if name else path
        if not target.exists():
            yield link.start(), f"the link to {link[1]} leads nowhere; correct its path"
        elif fragment and fragment not in map(anchor, headings(target.read_text())):
            yield link.start(), f"{name or path.name} has no heading for #{fragment}; correct the link"


def tests_that_do_not_cite():
    for number, (line_number, cell) in field_bug_rows().items():
        named = re.findall(r"`(tests/[^`]+)`", cell)
        if not named and not cell.startswith("no test"):
            yield f"tests/README.md:{line_number}: field bug {number} names no test; name one, or write \"no test\""
        for name in named:
            text = without_comment_marks((ROOT / name).read_text()) if (ROOT / name).is_file() else ""
            if number not in {cited for found in FIELD_BUG.finditer(text) for cited in NUMBER.findall(found[1])}:
                yield f"tests/README.md:{line_number}: {name} does not cite field bug {number}; cite it where the test shows it"


def findings():
    for document in (DESIGN, TESTS):
        if not document.exists():
            yield f"there is no {document.relative_to(ROOT)}, which comments cite"
            return
    sections = {found[1] for heading in headings(DESIGN.read_text()) if (found := re.match(r"(\d(?:\.\d)?)\.? ", heading))}
    bugs = set(field_bug_rows())
    pages = known_pages()
    for path in cited_files():
        text = without_comment_marks(path.read_text())
        found = [*citations_without_target(text, sections, bugs, pages)]
        if path.suffix == ".md":
            found += broken_links(path, text)
        for offset, wrong in found:
            yield f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, offset) + 1}: {wrong}"
    yield from tests_that_do_not_cite()

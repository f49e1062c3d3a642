"""What a release is made from: pins and their sums, the bill of materials, builds that are compared by sums."""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import ROOT, Built, course
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from pipeline.diagnostics import EnvironmentProblem
from pipeline.sbom import sbom

REQUIREMENTS = ROOT / "requirements"
THEME = ROOT / "themes" / "default"
LISTS = ("build", "test", "audit", "fuzz")


def pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([\w.-]+)==([^\s\\]+)", path.read_text(encoding="utf-8"), re.MULTILINE))


# --- pins ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_every_pin_has_sums(name: str) -> None:
    text = (REQUIREMENTS / f"{name}.sums").read_text(encoding="utf-8")
    assert pins(REQUIREMENTS / f"{name}.sums") == pins(REQUIREMENTS / f"{name}.txt")
    for block in re.split(r"^(?=[A-Za-z])", text, flags=re.MULTILINE)[1:]:
        assert re.fullmatch(r"[\w.-]+==\S+(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n", block), block
    assert "://" not in text


def test_what_builds_is_a_part_of_what_tests() -> None:
    assert pins(REQUIREMENTS / "build.txt").items() <= pins(REQUIREMENTS / "test.txt").items()


def test_a_package_of_another_sum_is_refused(tmp_path: Path) -> None:
    """The installer refuses a file that is not the one that was pinned."""
    wheel = tmp_path / "wheels" / "six-1.17.0-py2.py3-none-any.whl"
    wheel.parent.mkdir()
    wheel.write_bytes(b"PK\5\6" + bytes(18))
    sums = (REQUIREMENTS / "build.sums").read_text(encoding="utf-8")
    (tmp_path / "six.sums").write_text(re.findall(r"^six==.*\n(?:    .*\n)*", sums, re.MULTILINE)[0])
    pip = [
        ROOT / ".venv" / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--dry-run",
        "--ignore-installed",
        "--no-index",
    ]
    done = subprocess.run(
        [*pip, "--find-links", wheel.parent, "--require-hashes", "-r", tmp_path / "six.sums"],
        capture_output=True, text=True, check=False, env={"PATH": "/usr/bin:/bin", "PIP_CONFIG_FILE": "/dev/null"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "DO NOT MATCH THE HASHES" in done.stderr


AUDITED = {
    "No known vulnerabilities found": (0, "No known"),
    "No known vulnerabilities found\nName Skip Reason\n---- ---\na    Dependency not found on PyPI and could not be audited: a (1)": (2, "of 1 packages nothing is known"),
    "Found 1\nName Version ID Fix Versions\n---- - - -\nb 1.0 PYSEC-1 1.1\nName Skip Reason\n---- ---\na    Dependency not found on PyPI and could not be audited: a (1)": (1, "PYSEC-1 1.1"),
    "Found 1\nName Version ID Fix Versions\n---- - - -\nb 1.0 PYSEC-1 1.1": (1, "PYSEC-1 1.1"),
    "ERROR: no route to the host": (2, "cannot be read from here"),
}  # fmt: skip


@pytest.mark.parametrize("said", AUDITED)
def test_an_audit_that_knows_nothing_does_not_end_well(said: str, tmp_path: Path) -> None:
    status, shown = AUDITED[said]
    for name in ("audit", "audit.sums", "test.txt"):
        (tmp_path / "requirements").mkdir(exist_ok=True)
        shutil.copy(REQUIREMENTS / name, tmp_path / "requirements" / name)
    own = tmp_path / ".cache" / "audit"
    (own / "bin").mkdir(parents=True)
    shutil.copy(REQUIREMENTS / "audit.sums", own / ".installed")
    program = own / "bin" / "pip-audit"
    program.write_text(f"#!/bin/sh\nprintf '%s\\n' '{said}'\nexit {int('No known' not in said)}\n")
    program.chmod(0o755)
    done = subprocess.run([tmp_path / "requirements" / "audit"], capture_output=True, text=True, check=False)
    assert (done.returncode, shown in done.stdout) == (status, True), done.stdout + done.stderr
    assert not (status == 2 and "No known" in done.stdout)


# --- the bill of materials -------------------------------------------------------------------


@pytest.fixture(scope="module")
def bill() -> Mapping[str, list[dict[str, object]]]:
    data = sbom(THEME)
    assert data == sbom(THEME)
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(data.decode())
    assert problem is None, problem
    made: dict[str, list[dict[str, object]]] = json.loads(data)
    return made


def test_the_bill_lists_what_there_is(bill: Mapping[str, list[dict[str, object]]]) -> None:
    rows = {str(row["name"]): row for row in bill["components"]}
    assert rows.keys() > pins(REQUIREMENTS / "build.txt").keys()
    assert rows.keys() > {"pandoc", "Node.js", "Pango", "HarfBuzz", "fontconfig", "reveal.js", "Charis SIL"}
    assert all(row["version"] and row["licenses"] for row in rows.values())
    assert rows["weasyprint"]["purl"] == f"pkg:pypi/weasyprint@{rows['weasyprint']['version']}"


def test_all_that_the_theme_has_from_others_is_listed(bill: Mapping[str, list[dict[str, object]]]) -> None:
    """Fonts and scripts that are not ours, each with the text of its licence beside it."""
    listed = {
        str(file["name"])
        for row in bill["components"]
        for file in row.get("components", ())  # type: ignore[attr-defined]
    }
    others = {
        path.relative_to(THEME).as_posix()
        for path in THEME.rglob("*")
        if path.suffix in (".ttf", ".woff2") or path.parent.name == "reveal"
    }
    assert others - listed == {"slides/reveal/LICENSE"}
    for row in json.loads((THEME / "vendored.json").read_text(encoding="utf-8")):
        assert (THEME / row["text"]).is_file()


def test_the_versions_of_fonts_are_theirs() -> None:
    from fontTools.ttLib import TTFont

    for row in json.loads((THEME / "vendored.json").read_text(encoding="utf-8")):
        for path in THEME.glob(row["files"]):
            if path.suffix == ".ttf":
                assert row["version"] in (TTFont(path)["name"].getDebugName(5) or "")


def test_a_bill_of_another_environment_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from pipeline import sbom as module

    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "build.txt").write_text("lxml==0.1\n")
    monkeypatch.setattr(module, "ROOT", tmp_path)
    with pytest.raises(EnvironmentProblem, match=r"lxml is .*, the pins say 0.1: run `make setup`"):
        sbom(THEME)


# --- two builds ------------------------------------------------------------------------------


def test_a_build_is_compared_with_the_sums_of_another(minimal_release: Built, tmp_path: Path) -> None:
    out, sums = tmp_path / "out", tmp_path / "SHA256SUMS"
    shutil.copytree(minimal_release.out, out)
    shutil.copyfile(out / "SHA256SUMS", sums)
    same = course("verify", "--out", out, "--against", sums)
    assert (same.returncode, same.stdout) == (0, "course verify: every file is the same\n")
    (out / "manifest.json").write_bytes(b"{}")
    (out / "index.html").unlink()
    (out / "new.txt").write_text("new")
    done = course("verify", "--out", out, "--against", sums)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        f"index.html: is not in {out}",
        "manifest.json: another file",
        f"new.txt: is not in {sums}",
        "course verify: 3 files differ",
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [(None, "cannot read"), ("", "no list"), ("hello\n", "no list"), ("\udcff", "cannot read")],
)
def test_sums_that_are_none(text: str | None, said: str, minimal_release: Built, tmp_path: Path) -> None:
    sums = tmp_path / "sums"
    if text is not None:
        sums.write_bytes(text.encode("utf-8", "surrogateescape"))
    done = course("verify", "--out", minimal_release.out, "--against", sums)
    assert done.returncode == 2
    assert said in done.stderr and "Traceback" not in done.stderr
    nothing = course("verify", "--out", tmp_path / "none", "--against", sums)
    assert nothing.returncode == 2 and "nothing is built" in nothing.stderr


def test_the_container_has_the_libraries_by_version() -> None:
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    for name in (
        "libpango-1.0-0",
        "libpangoft2-1.0-0",
        "libharfbuzz0b",
        "libharfbuzz-subset0",
        "libfontconfig1",
    ):
        assert re.search(rf"{re.escape(name)}=[\d.]+", text)
    assert "USER author" in text

"""Examples are not to be trusted: whatever one does, it ends within its limits, alone, and is reported.

Each hostile example stands between two good ones, which go on. What must not happen is looked for:
processes and folders that are left, and files outside. No test asserts a time.
"""

import os
import re
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from sources import run, small_course

from pipeline.engines import node, sandbox
from pipeline.engines.node import INSTALLED, PACKAGES, Program
from pipeline.engines.watch import Limits, Ran, held
from pipeline.examples_match import describes, difference
from pipeline.examples_sql import statements

HEAD = "# First\n\n## Concepts\n\nSome words are here.\n\n"
FIRST = 27
"""The file's line at which the text behind HEAD begins."""
CLOSED = pytest.mark.skipif(node.level() != "closed", reason="this system permits no namespaces")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="processes are counted by /proc")
PGLITE = pytest.mark.skipif(not (INSTALLED / PACKAGES[0]).is_dir(), reason="requirements/setup test")
SPAWN = "import { spawn } from 'node:child_process';\n"
FS = "import fs from 'node:fs';\n"


def fence(info: str, code: str) -> str:
    return f"```{info}\n{code}\n```\n\n"


def shown(id: str, code: str, output: str, options: str = "", match: str = "", kind: str = "true") -> str:
    """A block that is run, and its output."""
    language = "sql" if kind == "sql" else "js"
    return fence(f"{language} {{run={kind} id={id} {options}}}", code) + fence(
        f"output {{for={id} {match}}}", output
    )


def examples(desk: Path, text: str, *arguments: str, status: int) -> str:
    small_course(desk / "content", {"01-first.md": HEAD + text})
    temporary = desk / "tmp"
    temporary.mkdir(exist_ok=True)
    done = run("examples", *arguments, cwd=desk, status=status, TMPDIR=str(temporary))
    assert not list(temporary.glob("course-example-*")), "a scratch folder is left"
    assert not left(temporary), "a process is left"
    return done.stdout + done.stderr


def left(folder: Path) -> list[str]:
    """The processes that work in a folder, or were started with its name."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().decode(errors="replace")
            if str(folder) in command or str(folder) in os.readlink(process / "cwd"):  # noqa: PTH115
                found.append(command)
        except OSError:
            continue
    return found


HOSTILE = {
    "an endless loop": ("for (;;) {}", "timeout=2", "E110: the example does not end within 2 s"),
    "an endless timer": ("setInterval(() => {}, 1000);", "timeout=2", "E110"),
    "a server that never closes": (
        "import http from 'node:http';\nhttp.createServer(() => {}).listen(0, '127.0.0.1');",
        "timeout=2",
        "E110",
    ),
    "no heed of signals": (
        "for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(name, () => {});\n"
        "setInterval(() => {}, 100);",
        "timeout=2",
        "E110",
    ),
    "a process without permission": (
        SPAWN + "spawn('sleep', ['600']);",
        "",
        "It is refused unless the fence says allow=child.",
    ),
    "a worker without permission": (
        "import { Worker } from 'node:worker_threads';\nnew Worker('0', { eval: true });",
        "",
        "It is refused unless the fence says allow=worker.",
    ),
    "a file of the system": (FS + "fs.readFileSync('/etc/passwd');", "", "in its own folder alone"),
    "a file outside": (FS + "fs.writeFileSync('../outside.txt', '');", "", "in its own folder alone"),
    "a native addon": ("process.dlopen({ exports: {} }, '/lib/x.so');", "", "E111"),
    "an endless output": (
        "for (;;) process.stdout.write('x'.repeat(65536));",
        "",
        "E116: the example prints more than 1 MB",
    ),
    "100 MB of output": ("for (let n = 0; n < 100; n++) console.log('x'.repeat(1e6));", "", "E116"),
    "a flood of errors": ("for (;;) console.error('x'.repeat(1000));", "", "E116"),
    "a full disk": (
        FS + "for (let n = 0; ; n++) fs.writeFileSync(`f${n}`, Buffer.alloc(1e6));",
        "",
        "E118: the example writes more than 50 MB",
    ),
    "one large file": (
        FS + "const f = fs.openSync('f', 'w');\nfor (;;) fs.writeSync(f, Buffer.alloc(1e6));",
        "",
        "E118",
    ),
}
HOSTILE_ON_LINUX = {
    "a gigabyte": (
        "const held = [];\nfor (let n = 0; n < 10; n++) held.push(Buffer.alloc(1e8, 1));\n"
        "setInterval(() => held, 1000);",
        "timeout=30",
        "E115: the example takes more than 512 MB of memory",
    ),
    "many processes": (
        SPAWN + "setInterval(() => spawn('sleep', ['600']), 1);",
        "allow=child timeout=30",
        "E117: the example has more than 24 processes",
    ),
}
HOSTILE_IN_CLOSED = {
    "processes that multiply": (
        SPAWN + "spawn('sh', ['-c', 'b() { b | b & }; b; sleep 600']);\nsetInterval(() => {}, 1000);",
        "allow=child timeout=30",
        "E117",
    ),
    "many files": (FS + "for (let n = 0; ; n++) fs.writeFileSync(`f${n}`, '');", "timeout=30", "E118"),
    "deleted files that take room": (
        FS + "for (let n = 0; n < 50; n++) {\n  const f = fs.openSync('f', 'w');\n  fs.unlinkSync('f');\n"
        "  fs.writeSync(f, Buffer.alloc(4e6));\n}",
        "",
        "ENOSPC",
    ),
    "an end to its launcher": (
        "process.kill(process.ppid, 'SIGKILL');\nsetInterval(() => {}, 100);",
        "timeout=2",
        "E110",
    ),
    "a file of the system, by a program": (
        "import { execFileSync } from 'node:child_process';\n"
        "execFileSync('cat', ['/etc/shadow'], { stdio: 'inherit' });",
        "allow=child",
        "E111",
    ),
}
GROUPS = [
    pytest.param(HOSTILE, id="anywhere"),
    pytest.param(HOSTILE_ON_LINUX, id="linux", marks=LINUX),
    pytest.param(HOSTILE_IN_CLOSED, id="closed", marks=CLOSED),
]


@pytest.mark.parametrize("group", GROUPS)
def test_hostile_examples_are_findings(tmp_path: Path, group: dict[str, tuple[str, str, str]]) -> None:
    """Each at its own line, and with the right words; the good ones between them go on."""
    text, lines = "", {}
    for number, (title, (code, options, said)) in enumerate(group.items()):
        text += shown(f"hostile{number}", code, "x", options)
        lines[FIRST + text.count("\n", 0, text.rindex("```output"))] = (title, said)
        text += shown(f"good{number}", f"console.log({number});", str(number))
    found = re.split(
        r"^content/modules/01-first\.md:(\d+):1: ", examples(tmp_path, text, status=1), flags=re.M
    )
    findings = dict(zip(map(int, found[1::2]), found[2::2], strict=True))
    assert sorted(findings) == sorted(lines), found
    for line, (title, said) in lines.items():
        assert said in findings[line], (title, findings[line])
    assert not list(tmp_path.rglob("outside.txt"))


MAPPED = (
    "import mmap, sys; m = mmap.mmap(-1, 10**8); m.write(bytes(10**8)); print(flush=True); sys.stdin.read()"
)
"""Holds 100 MB that its children would share, without a file."""


@LINUX
def test_memory_counts_once_where_it_is_a_file(tmp_path: Path) -> None:
    """The program is in the memory of all processes, and there once; what each of them holds, as often as there are processes."""
    pipe = subprocess.PIPE
    started = [subprocess.Popen([sys.executable, "-c", MAPPED], stdin=pipe, stdout=pipe) for _ in range(3)]
    assert all(process.stdout and process.stdout.readline() for process in started)
    assert held(process.pid for process in started) > 3 * 10**8
    for process in started:
        process.communicate()
    fork = "import { fork } from 'node:child_process';\nconst wait = setInterval(() => {}, 1000);\n"
    code = f"""{fork}if (process.argv[2]) process.once('message', () => process.exit()).send('there');
else {{
  const children = Array.from({{ length: 16 }}, () => fork('./a.mjs', ['child']));
  await Promise.all(children.map((child) => new Promise((there) => child.once('message', there))));
  await new Promise((later) => setTimeout(later, 300));
  for (const child of children) child.send('go');
  clearInterval(wait);
  console.log('all');
}}"""
    examples(tmp_path, shown("a", code, "all", "file=a.mjs allow=child timeout=60"), status=0)


@CLOSED
def test_the_network_ends_at_this_machine(tmp_path: Path) -> None:
    """At once, by the kernel: not by a time limit, which the loop would meet."""
    code = dedent("""\
        import net from 'node:net';
        import http from 'node:http';
        const failed = await new Promise((done) => net.connect(80, '192.0.2.1').on('error', done));
        console.log(failed.code);
        console.log(await fetch('http://shop.example').catch((error) => error.message));
        const server = http.createServer((request, response) => response.end('here'));
        await new Promise((done) => server.listen(0, 'localhost', done));
        const answer = await fetch(`http://localhost:${server.address().port}/`);
        console.log(await answer.text());
        server.close();""")
    examples(tmp_path, shown("a", code, "ENETUNREACH\nfetch failed\nhere", "timeout=60"), status=0)


@CLOSED
def test_an_example_sees_a_small_world(tmp_path: Path) -> None:
    code = dedent("""\
        import { execSync } from 'node:child_process';
        import os from 'node:os';
        console.log(process.cwd(), os.hostname(), os.userInfo().username, process.execPath);
        const sh = (line) => console.log(execSync(`${line} 2>/dev/null || echo refused`).toString().trim());
        sh('ls /');
        sh('cut -d: -f1 /etc/passwd');
        sh('ls -d /home /root /tmp /var /usr/local /usr/share /sys | wc -l');
        sh('touch /x');
        sh('touch /usr/lib/x');
        sh('unshare --user true');
        sh('sh -c "echo x > /proc/sys/kernel/core_pattern"');
        sh('kill -9 1 && echo sent');
        sh('grep -h ^CapEff /proc/self/status');""")
    world = (
        "/course course learner /node/node\nbin\n<<any>>proc\nusr\nlearner\n0\nrefused\nrefused\nrefused\n"
        "refused\nsent\nCapEff:\t0000000000000000"
    )
    text = shown("a", code, world, "allow=child", "match=lines").replace("<<any>>", "")
    examples(tmp_path, text, status=0)


def test_a_detached_child_ends_with_its_run(tmp_path: Path) -> None:
    """`examples` looks for processes of the run's folder; this one would write there later, too."""
    code = (
        SPAWN + "const late = ['-c', 'sleep 2; touch late; sleep 600'];\n"
        "spawn('sh', late, { detached: true, stdio: 'ignore' }).unref();\n"
        "spawn('sh', late, { detached: true, stdio: 'inherit' }).unref();\nconsole.log('begun');"
    )
    examples(tmp_path, shown("a", code, "begun", "allow=child timeout=30"), status=0)


@LINUX
@pytest.mark.parametrize("level", sandbox.LEVELS)
def test_every_level_keeps_its_limits(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a system permits less, limits and Node's own permissions hold all the same."""
    if sandbox.LEVELS.index(level) < sandbox.LEVELS.index(node.level()):
        pytest.skip("this system does not permit it")
    monkeypatch.setattr(node, "level", lambda: level)

    def ran(code: str, *allow: str, seconds: float = 20) -> Ran:
        program = Program(("a.mjs",), (("a.mjs", code.encode()),), Limits(seconds), allow)
        return node.sandboxed(program)

    assert ran("console.log('x'); process.exitCode = 3;") == Ran(3, "x\n", "")
    assert ran("for (;;) {}", seconds=1).over == "seconds"
    assert ran("for (;;) console.log('x'.repeat(1000));").over == "output"
    assert ran(SPAWN + "setInterval(() => spawn('sleep', ['600']), 1);", "child").over == "processes"
    assert ran(FS + "for (let n = 0; ; n++) fs.writeFileSync(`f${n}`, Buffer.alloc(1e6));").over == "disk"
    assert "ERR_ACCESS_DENIED" in ran(FS + "fs.readFileSync('/etc/passwd');").stderr
    assert ran("process.abort();").status == 134
    assert (
        ran(SPAWN + "spawn('sleep', ['601'], { detached: true, stdio: 'ignore' }).unref();", "child").over
        == ""
    )
    assert "sleep\0" + "601\0" not in left(Path("/"))
    assert (node.note() == "") == (level == "closed")


# --- what is permitted ---------------------------------------------------------------------------


def test_workers_and_children_where_the_fence_says_so(tmp_path: Path) -> None:
    code = dedent("""\
        import { Worker } from 'node:worker_threads';
        import { execFileSync } from 'node:child_process';
        new Worker("console.log('worker')", { eval: true }).on('exit', () => {
          console.log(execFileSync(process.execPath, ['-p', '6 * 7']).toString().trim());
        });""")
    examples(tmp_path, shown("a", code, "worker\n42", "allow=worker,child timeout=60"), status=0)


def test_runs_know_nothing_of_each_other(tmp_path: Path) -> None:
    """Each begins with the blocks above it, and no more: so any of them may be remembered."""
    write = FS + "fs.writeFileSync('kept', ''); fs.writeFileSync('lib.mjs', 'x');\nconsole.log(1);"
    read = FS + "console.log(fs.readdirSync('.').join(' '));"
    text = (
        fence("js {file=lib.mjs}", "export const a = 1;")
        + shown("a", write, "1")
        + shown("b", read, "lib.mjs list.mjs", "file=list.mjs")
    )
    examples(tmp_path, text, status=0)


def test_what_came_out_clean_is_not_run_again(tmp_path: Path) -> None:
    """Seen in a run that prints another number each time; one with a finding is run again."""
    code = "console.log(process.hrtime.bigint().toString());"
    wrong = shown("a", code, "0")
    assert examples(tmp_path, wrong, status=1) != examples(tmp_path, wrong, status=1)
    examples(tmp_path, shown("a", code, "<<int>>", match="match=pattern"), status=0)
    assert examples(tmp_path, wrong, status=1) == examples(tmp_path, wrong, status=1)


def test_solutions_run_in_a_copy(tmp_path: Path) -> None:
    files = {
        "e1/main.mjs": FS + "fs.writeFileSync('made', '');\nconsole.log(fs.readdirSync('.').join(' '));",
        "e1/data/input.txt": "x",
        "e1/expected.txt": "data made main.mjs\n",
    }
    for name, text in files.items():
        path = tmp_path / "content" / "solutions" / "01" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    said = examples(tmp_path, "", status=0)
    assert "1 runs" in said
    assert not (tmp_path / "content" / "solutions" / "01" / "e1" / "made").exists()
    text = fence("js {run=solution id=s path=01/e1}", "").replace("\n\n```", "\n```")
    output = fence("output {for=s}", "data made main.mjs")
    assert "2 runs" in examples(tmp_path, text + output, status=0)
    assert ":30:1: error E112" in examples(tmp_path, text + output.replace("data", "other"), status=1)
    for wrong in ("01/e9", "../../modules", "01/e1/data"):
        said = examples(tmp_path, text.replace("01/e1", wrong) + output, status=1)
        assert f'error E119: there is no solution "{wrong}"' in said


def test_packages_come_from_a_list(tmp_path: Path) -> None:
    text = shown("a", "import 'left-pad';", "x", "needs=left-pad")
    said = examples(tmp_path, text, status=1)
    assert "E119: the package left-pad is not among those that an example may need" in said
    assert "@electric-sql/pglite" in said


# --- what is compared ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "line", "fits"),
    [
        ("took <<ms>> ms", "took 12.5 ms", True),
        ("took <<ms>> ms", "took x ms", False),
        ("<<int>> of <<int>>", "-3 of 4", True),
        ("<<int>>", "4.5", False),
        ("id <<uuid>>", "id 0b3a9c1e-5d1c-4b7e-9a44-6f0c8a0f2d11", True),
        ("id <<uuid>>", "id 0b3a9c1e", False),
        ("a<<any>>c", "abbc", True),
        ("a<<any>>", "a", True),
        ("<<any>>b<<any>>b", "abab", True),
        ("<<any>>b<<any>>b", "aba", False),
        ("[a] <<any>> (<<int>>)", "[a] x (1)", True),
        ("a.c", "abc", False),
        ("<<any>>" * 40 + "b", "a" * 20_000, False),
        ("<<int>>" * 40 + "b", "1" * 20_000, False),
    ],
)
def test_patterns(pattern: str, line: str, fits: bool) -> None:
    assert describes(pattern, line) is fits


def test_differences_are_shown() -> None:
    assert difference("a\nc", "a\nb\nc", "lines") == ""
    assert difference("c\na", "a\nb\nc", "lines").endswith("\n+a\n+b\n c\n-a")
    assert difference("a\nb", "a\nb  \n\n", "exact") == ""
    shown = difference("n <<int>>\nend", "n 5\nstop", "pattern")
    assert "-end\n+stop" in shown and "\n n <<int>>\n" in shown
    assert "+b" in difference("a", "a\nb", "pattern")
    assert len(difference("a", "\n".join(map(str, range(10_000))), "exact").split("\n")) < 80


def test_update_rewrites_exact_outputs_alone(tmp_path: Path) -> None:
    code = "console.log('new', 7);"
    text = (
        shown("a", code, "old")
        + shown("b", code, "old", match="match=lines")
        + shown("c", code, "old <<int>>", match="match=pattern")
    )
    said = examples(tmp_path, text, status=1)
    assert (said.count(" error E112"), said.count(" error E120")) == (1, 2)
    said = examples(tmp_path, text, "--update", status=1)
    assert said.count(" error E120") == 2 and " error E112" not in said
    after = (tmp_path / "content/modules/01-first.md").read_text()
    assert "{for=a }\nnew 7\n```" in after
    assert "match=lines}\nold\n" in after and "match=pattern}\nold <<int>>\n" in after


# --- SQL -----------------------------------------------------------------------------------------


def test_sql_is_taken_apart_at_its_semicolons() -> None:
    text = """\
        SELECT ';' AS "a;b"; -- no; more
        SELECT E'it\\';s', 'it'';s' /* not; here */;
        DO $body$ BEGIN; END $body$;
        SELECT $$;$$ ; ; -- the end"""
    assert [part.split()[0] for part in statements(text)] == ["SELECT", "--", "DO", "SELECT"]
    assert statements("") == [] and statements(";;") == []
    assert statements("SELECT 1") == ["SELECT 1"]


@PGLITE
def test_sql_runs_on_one_database_a_module(tmp_path: Path) -> None:
    table = dedent("""\
        CREATE TABLE holds (seat text, during tstzrange, paid boolean,
          EXCLUDE USING gist (seat WITH =, during WITH &&));
        INSERT INTO holds VALUES ('A12', '[2026-01-01, 2026-01-02)', NULL) RETURNING seat, paid;""")
    rows = dedent("""\
        INSERT INTO holds VALUES ('A12', '[2026-01-01, 2026-01-03)', true);
        SELECT seat, paid, 1.50, ARRAY[1, 2], '{"a": 1}'::jsonb, true FROM holds;
        SELECT 1 WHERE false; SELECT encode(digest('x', 'sha1'), 'hex') = 'x' AS same;""")
    expected = (
        'ERROR 23P01 conflicting key value violates exclusion constraint "holds_seat_during_excl"\n'
        'A12 | NULL | 1.50 | {1,2} | {"a": 1} | t\nf'
    )
    text = shown("a", table, "A12 | NULL", kind="sql") + shown("b", rows, expected, kind="sql")
    examples(tmp_path, text, status=0)
    said = examples(tmp_path, text.replace("| t\nf", "| t\nt"), status=1)
    assert said.count(" error E") == 1 and "\n-t\n+f" in said


@PGLITE
def test_sql_that_does_not_end_is_a_finding_where_it_stands(tmp_path: Path) -> None:
    text = shown("a", "SELECT 1;", "1", kind="sql", options="timeout=20") + shown(
        "b", "WITH RECURSIVE n AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n;",
        "x", kind="sql", options="timeout=20",
    )  # fmt: skip
    said = examples(tmp_path, text, status=1)
    assert said.startswith(f"content/modules/01-first.md:{FIRST + 12}:1: error E1")
    assert said.count(" error E") == 1


@PGLITE
def test_packages_can_be_read_and_not_changed(tmp_path: Path) -> None:
    code = dedent("""\
        import fs from 'node:fs';
        import { PGlite } from '@electric-sql/pglite';
        const db = await PGlite.create();
        console.log((await db.query('SELECT 6 * 7 AS answer')).rows);
        await db.close();
        fs.appendFileSync('node_modules/@electric-sql/pglite/package.json', '\\n');""")
    before = (INSTALLED / PACKAGES[0] / "package.json").read_bytes()
    options = f"needs={PACKAGES[0]} exit={int(node.level() == 'closed')}"
    examples(tmp_path, shown("a", code, "[ { answer: 42 } ]", options), status=0)
    assert (INSTALLED / PACKAGES[0] / "package.json").read_bytes() == before


def test_a_missing_package_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(node, "INSTALLED", tmp_path)
    with pytest.raises(node.EnvironmentProblem, match="make check"):
        node.identity(Program((), (), Limits(1), needs=PACKAGES))

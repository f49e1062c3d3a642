"""SQL in a course, run on PGlite: real PostgreSQL, compiled to WebAssembly, in a sandboxed Node.js.

All `run=sql` blocks of a module are statements of one database, so one program runs them all. It
prints a line of JSON for each block: what that block printed.
"""

import json
import re

from pipeline.engines.node import Program
from pipeline.engines.watch import Limits

PGLITE = "@electric-sql/pglite"
EXTENSIONS = ("btree_gist", "pgcrypto")
SECONDS = 60.0
MEMORY = 1_500_000_000
"""Bytes of memory: PGlite alone takes almost one gigabyte while it starts."""

PROGRAM = """\
import { readFileSync } from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { btree_gist } from '@electric-sql/pglite/contrib/btree_gist';
import { pgcrypto } from '@electric-sql/pglite/contrib/pgcrypto';

const db = await PGlite.create({ extensions: { btree_gist, pgcrypto } });
await db.exec('CREATE EXTENSION btree_gist; CREATE EXTENSION pgcrypto');
db.parsers = new Proxy({}, { get: () => (text) => text });

async function rows(statement) {
  try {
    const results = await db.exec(statement, { rowMode: 'array' });
    return results.flatMap(({ rows }) => rows.map((row) => row.map((value) => value ?? 'NULL').join(' | ')));
  } catch (error) {
    if (!error.code) throw error;
    return [`ERROR ${error.code} ${error.message}`];
  }
}

for (const statements of JSON.parse(readFileSync('blocks.json', 'utf8'))) {
  const printed = [];
  for (const statement of statements) printed.push(...(await rows(statement)));
  console.log(JSON.stringify(printed.join('\\n')));
}
await db.close();
"""

_TOKEN = re.compile(
    r"""--[^\n]*+ | /\*.*?\*/ | \b[eE]'(?:[^'\\]|\\.|'')*+' | '(?:[^']|'')*+' | "[^"]*+"
      | \$(?P<tag>\w*+)\$.*?\$(?P=tag)\$ | \w++ | . """,
    re.VERBOSE | re.DOTALL,
)
"""A comment, a quoted text (PostgreSQL documentation, 4.1 "Lexical Structure"), a word, or a character."""


def statements(text: str) -> list[str]:
    """The statements of a text, without what is only space or comment."""
    made, current, bare = [], "", ""
    for token in (found[0] for found in _TOKEN.finditer(text)):
        if token == ";":
            made += [current.strip()] if bare.strip() else []
            current = bare = ""
        else:
            current += token
            bare += "" if token.startswith(("--", "/*")) else token
    return [*made, current.strip()] if bare.strip() else made


def program(blocks: list[str], seconds: float) -> Program:
    """The program that runs these blocks of a module."""
    rows = json.dumps([statements(block) for block in blocks])
    files = (("blocks.json", rows.encode()), ("sql.mjs", PROGRAM.encode()))
    return Program(("sql.mjs",), files, Limits(seconds, memory=MEMORY), needs=(PGLITE,))


def printed(output: str, index: int) -> str | None:
    """What the block of this index printed; None when the program did not get there."""
    lines = output.split("\n")
    try:
        return str(json.loads(lines[index]))
    except (IndexError, ValueError):
        return None

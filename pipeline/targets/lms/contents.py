"""What an importer has: the manifest with its ids followed, and the files that it lists."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

Row = Mapping[str, Any]
"""A row of one of the manifest's lists, as docs/manifest.md describes it."""


@dataclass(frozen=True)
class Contents:
    """A release, as far as its manifest tells of it. `read` gives the bytes of a listed file by its path."""

    manifest: Row
    read: Callable[[str], bytes] = field(repr=False)

    @property
    def slug(self) -> str:
        """The course's id without `urn:course:`; files are named after it."""
        return str(self.manifest["id"]).rpartition(":")[2]

    @property
    def title(self) -> str:
        return str(self.manifest["title"])

    @property
    def language(self) -> str:
        return str(self.manifest["language"])

    @property
    def moment(self) -> datetime:
        """The release's date, which every file of every package has."""
        return datetime.fromtimestamp(self.manifest["provenance"]["sourceDateEpoch"], UTC)

    @property
    def modules(self) -> Sequence[Row]:
        return self.rows("modules")

    def rows(self, table: str) -> Sequence[Row]:
        """A list of the manifest."""
        found: Sequence[Row] = self.manifest[table]
        return found

    @cached_property
    def _by_id(self) -> Mapping[str, Mapping[str, Row]]:
        tables = ("parts", "modules", "tracks", "objectives", "assessments", "questions", "files")
        return {table: {row["id"]: row for row in self.manifest[table]} for table in tables}

    def row(self, table: str, id: str) -> Row:
        """The row of a list with this id; KeyError when there is none."""
        return self._by_id[table][id]

    def questions(self, module: Row, *purposes: str) -> Iterator[Row]:
        """The questions of a module's assessments for these purposes (quiz, interview, exercise), in order."""
        for id in module["assessments"]:
            assessment = self.row("assessments", id)
            if assessment["purpose"] in purposes:
                yield from (self.row("questions", question) for question in assessment["questions"])

    def files(self, role: str, module: str = "", edition: str = "") -> Iterator[Row]:
        """The files of a role, of a module or an edition if one is named."""
        for row in self.manifest["files"]:
            if (
                row["role"] == role
                and module in ("", row.get("module"))
                and edition in ("", row.get("edition"))
            ):
                yield row

    def page(self, module: Row) -> bytes:
        """A module's page (role `page`): an XHTML document. KeyError where the release has none."""
        for row in self.files("page", module["id"]):
            return self.read(row["path"])
        raise KeyError(module["id"])

    def uuid(self, *key: str) -> UUID:
        """An identifier that never changes between releases: UUIDv5 (RFC 9562, section 5.5) of the course's id and
        a key."""
        return uuid5(NAMESPACE_URL, "/".join((self.manifest["id"], *key)))


def minutes(duration: str) -> int:
    """The minutes of a duration of the manifest, `PT95M`."""
    return int(duration.removeprefix("PT").removesuffix("M"))


def shuffled(question: Row) -> list[Row]:
    """The options of a question in an order that looks like chance and stays whatever is corrected in them; what
    is to be put in order does not come in order."""
    given = list(question["options"])
    shown = sorted(given, key=lambda option: sha256(f"{question['id']} {option['id']}".encode()).digest())
    return shown[1:] + shown[:1] if question["kind"] == "order" and shown == given else shown


def local(id: str) -> str:
    """A question's id without its module's: `q3`."""
    return id.rpartition("/")[2]

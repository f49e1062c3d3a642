"""The tree of a channel: topics, resources, and the places where they stand.

A node may stand in several places: each place is a row of the database with an id of its own, and all of them
share a `content_id`, by which Kolibri keeps a learner's progress.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import md5

from pipeline.targets.lms.contents import Contents

Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Stored:
    """A file of a channel. Its bytes are `data`, or those of a released file (`same`)."""

    name: str
    preset: str
    media_type: str
    size: int
    data: bytes = field(default=b"", repr=False)
    same: str = ""

    @property
    def md5(self) -> str:
        return self.name.partition(".")[0]

    @property
    def extension(self) -> str:
        return self.name.partition(".")[2]

    @property
    def path(self) -> str:
        """Where it stands in a content folder."""
        return f"storage/{self.name[0]}/{self.name[1]}/{self.name}"


def stored(data: bytes, extension: str, preset: str, media_type: str, same: str = "") -> Stored:
    """A file, named by what it holds."""
    digest = md5(data, usedforsecurity=False).hexdigest()
    return Stored(f"{digest}.{extension}", preset, media_type, len(data), b"" if same else data, same)


@dataclass(frozen=True, slots=True)
class Node:
    """A topic, or a resource with its file. Nodes with one `key` are one content, wherever they stand; `needs`
    and `related` are keys of other nodes, `items` the ids of an exercise's questions, `seconds` how long it
    takes (0: nobody knows)."""

    key: str
    kind: str
    title: str
    description: str = ""
    children: tuple["Node", ...] = ()
    file: Stored | None = None
    seconds: int = 0
    activity: str | None = None
    resource: str | None = None
    options: Facts = field(default_factory=dict)
    items: tuple[str, ...] = ()
    mastery: Facts = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Channel:
    """What is said of a channel once: `common` are the columns that all its nodes share."""

    id: str
    facts: Facts
    language: Facts
    common: Facts


@dataclass(frozen=True, slots=True)
class Place:
    """A node where it stands: the ids of its row and of its parent's, and its numbers in the tree."""

    node: Node
    id: str
    parent: str | None
    branch: str
    level: int
    order: int
    left: int
    right: int


def places(channel: Channel, root: Node, contents: Contents) -> tuple[Place, ...]:
    """All places of a tree, each after its parent. The root has the channel's id."""
    size = 2 * _count(root)
    top = Place(root, channel.id, None, "", 0, 1, 1, size)
    return (top, *_below(top, (), contents))


def _below(parent: Place, path: tuple[str, ...], contents: Contents) -> Iterator[Place]:
    left = parent.left + 1
    for order, node in enumerate(parent.node.children, 1):
        way = (*path, node.key)
        right = left + 2 * _count(node) - 1
        id = contents.uuid("kolibri", "node", *way).hex
        place = Place(node, id, parent.id, way[0], parent.level + 1, order, left, right)
        yield place
        yield from _below(place, way, contents)
        left = right + 1


def _count(node: Node) -> int:
    return 1 + sum(map(_count, node.children))


def files(found: tuple[Place, ...]) -> dict[str, Stored]:
    """The files of these places by their names, each once."""
    return {place.node.file.name: place.node.file for place in found if place.node.file}

"""The prerequisite map: no line lies on another, and whoever reads it back finds every edge once."""

import re
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import combinations

import pytest
from sources import ROOT, compiled, small_course

from pipeline.model import Course, Edition, Part
from pipeline.targets.cover import face
from pipeline.targets.lanes import KINDS, Needs, branches, columns_of, ends_of, needs_of, styles_of, untangled
from pipeline.targets.map import PAGE, SIZES, STYLES, Map, broken, em, prerequisite_map

WHOLE: Needs = (
    (), (1,), (2,), (3,), (2,), (5,), (4,), (7,), (8,), (7,), (10,), (10,), (1,), (13,), (14,), (14,), (16,), (16,),
    (14,), (19,), (19,), (9,), (5, 22), (13, 22), (5,), (25,), (26,), (1,), (28,), (28,), (11, 12), (31,),
    (12, 18, 21), (19, 25), (22, 26, 30, 31, 33),
)  # fmt: skip
"""What each of the 35 modules of the course in content/ builds on, once all are written, by number."""

SHAPES: dict[str, Needs] = {
    "one": ((),),
    "none builds on another": ((), (), ()),
    "a chain": ((), (1,), (2,), (3,)),
    "a fan": ((), (1,), (1,), (1,), (1,)),
    "a diamond": ((), (1,), (1,), (2, 3)),
    "two that cross": ((), (), (1, 2), (1, 2), (1,), (2,)),
    "many to one": ((), *((1,) for _ in range(7)), tuple(range(2, 9))),
    "all to all": tuple(tuple(range(1, row + 1)) for row in range(7)),
    "the whole course": WHOLE,
}
"""By module, in order, the numbers of those that it builds on."""

SPACE = "{http://www.w3.org/2000/svg}"


def real_titles() -> list[str]:
    """The titles of parts and modules of the course in content/, written and planned."""
    content = ROOT / "content"
    files = [content / "course.yml", *sorted((content / "modules").glob("*.md"))]
    texts = "".join(file.read_text(encoding="utf-8").split("\n---\n")[0] for file in files)
    return re.findall(r'\btitle: "(.*?)"', texts)[1:]


@pytest.fixture(scope="module")
def outline(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Needs], Course]:
    """A course of this shape, with real titles and three modules in a part."""
    base = compiled(small_course(tmp_path_factory.mktemp("map")))
    titles = real_titles()
    parts = tuple(Part(f"p{number}", number, title, "") for number, title in enumerate(titles[:12], 1))

    def made(needs: Needs) -> Course:
        modules = (
            replace(
                base.modules[0],
                id=f"m{number}",
                number=number,
                title=titles[(number + 11) % len(titles)],
                part=parts[(number - 1) // 3].id,
                prerequisites=tuple(f"m{of}" for of in before),
            )
            for number, before in enumerate(needs, 1)
        )
        return replace(base, parts=parts, modules=tuple(modules))

    return made


@pytest.fixture(params=SHAPES)
def course(request: pytest.FixtureRequest, outline: Callable[[Needs], Course]) -> Course:
    return outline(SHAPES[request.param])


def edges(course: Course, edition: Edition) -> Counter[tuple[int, int]]:
    """Every (module, module that builds on it) of an edition, by number."""
    chosen = [course.module(id) for id in edition.modules]
    return Counter(
        (course.module(id).number, module.number)
        for module in chosen
        for id in module.prerequisites
        if id in edition.modules
    )


def advance(text: str, size: float) -> float:
    """The most that a text is long, as the map sees it."""
    return size * sum(map(em, text))


def without_every_third(course: Course) -> Edition:
    """An edition that has some of what its modules build on, and some not."""
    return Edition("some", "Some", "Half", tuple(m.id for m in course.modules if m.number % 3))


def crossings(needs: Needs, columns: Sequence[int]) -> int:
    """How often a branch goes over a line that goes on."""
    ends = ends_of(needs)
    return sum(
        min(way.start, way.end) < columns[of] < max(way.start, way.end) and of < way.to < ends[of]
        for way in branches(needs, columns)
        for of in range(len(needs))
    )


# --- what leads where ------------------------------------------------------------------------


def test_only_what_comes_earlier_is_built_on(outline: Callable[[Needs], Course]) -> None:
    """Of a course that rule C110 finds wrong, the rest is drawn."""
    assert needs_of(outline(((2,), (1, 2), (1, 9))).modules) == ((), (0,), (0,))


def test_lines_that_overlap_have_columns_of_their_own(course: Course) -> None:
    """Two of one column may meet in a station only: where the later one builds on the earlier."""
    needs = needs_of(course.modules)
    ends = ends_of(needs)
    for columns in (columns_of(needs), untangled(needs, columns_of(needs))):
        for above, below in combinations(range(len(needs)), 2):
            if columns[above] == columns[below]:
                assert ends[above] < below or (ends[above] == below and above in needs[below])


def test_no_more_columns_than_lines_side_by_side(course: Course) -> None:
    needs = needs_of(course.modules)
    ends = ends_of(needs)
    most = max(sum(of <= row <= ends[of] for of in range(row + 1)) for row in range(len(needs)))
    assert max(columns_of(needs)) < most


def test_neighbours_look_different(course: Course) -> None:
    needs = needs_of(course.modules)
    ends, columns = ends_of(needs), untangled(needs, columns_of(needs))
    styles = styles_of(needs, columns)
    lines = [row for row, end in enumerate(ends) if end > row]
    for one, other in combinations(lines, 2):
        if abs(columns[one] - columns[other]) == 1 and other < ends[one]:
            assert STYLES[styles[one]] != STYLES[styles[other]]


def test_a_line_that_goes_on_keeps_its_look() -> None:
    needs: Needs = ((), (0,), (0,), (2,))
    columns = columns_of(needs)
    assert columns == (0, 1, 0, 0)
    assert len({styles_of(needs, columns)[row] for row in (0, 2, 3)}) == 1


def test_untangled(course: Course) -> None:
    needs = needs_of(course.modules)
    before = columns_of(needs)
    after = untangled(needs, before)
    assert len(set(zip(before, after, strict=True))) == len(set(before)) == len(set(after))
    assert crossings(needs, after) <= crossings(needs, before)
    if len(needs) == len(WHOLE):
        assert crossings(needs, after) < crossings(needs, before) / 2


# --- what is drawn ---------------------------------------------------------------------------


def read_back(drawn: Map, numbers: Sequence[int]) -> Counter[tuple[int, int]]:
    """The edges as a reader finds them: from a station along what enters it, up to the next station."""
    root = ElementTree.fromstring(drawn.svg)
    boxes = [
        [float(rect.get(key, "")) for key in ("x", "y", "width", "height")]
        for rect in root.iter(f"{SPACE}rect")
    ]
    stations = [(round(x + width / 2, 1), y, y + height) for x, y, width, height in boxes]
    strokes = [path.get("d", "") for path in root.iter(f"{SPACE}path") if path.get("stroke-width")]

    def at(x: float, y: float) -> int:
        return next(n for n, (sx, top, foot) in enumerate(stations) if abs(sx - x) < 0.3 and top <= y <= foot)

    def above(x: float, y: float) -> int:
        return max(n for n, (sx, top, _) in enumerate(stations) if abs(sx - x) < 0.3 and top < y - 4)

    found: Counter[tuple[int, int]] = Counter()
    for stroke in strokes:
        points = [float(number) for number in re.findall(r"[\d.]+", stroke)]
        if "Q" in stroke:
            x, y, end, level = points[0], points[1], points[-1], points[-2]
            found[numbers[above(x, y)], numbers[at(end, level)]] += 1
        elif any(abs(x - points[0]) < 0.3 and top <= points[-1] <= foot for x, top, foot in stations):
            found[numbers[at(*points[:2])], numbers[at(points[0], points[-1])]] += 1
    return found


@pytest.mark.parametrize("width", [590, 330])
@pytest.mark.parametrize(
    "choose", [lambda course: course.editions[0], without_every_third], ids=["all", "some"]
)
def test_every_edge_is_drawn_once_and_none_leaves_the_edition(
    choose: Callable[[Course], Edition], width: float, course: Course
) -> None:
    edition = choose(course)
    numbers = [course.module(id).number for id in edition.modules]
    assert read_back(prerequisite_map(course, edition, width), numbers) == edges(course, edition)


@pytest.mark.parametrize(
    "choose", [lambda course: course.editions[0], without_every_third], ids=["all", "some"]
)
def test_the_description_says_every_edge(choose: Callable[[Course], Edition], course: Course) -> None:
    edition = choose(course)
    said = prerequisite_map(course, edition, 590).description
    sentences = re.findall(r"Module (\d+) builds on (.*?)\.", said)
    found = Counter(
        (int(of), int(to)) for to, named in sentences for of in re.findall(r"Module (\d+)", named)
    )
    assert found == edges(course, edition)
    assert [f"m{number}" for number, _ in sentences] == list(edition.modules)


def test_description_reads_well(outline: Callable[[Needs], Course]) -> None:
    course = outline(((), (1,), (1,), (1, 2, 3)))
    assert prerequisite_map(course, course.editions[0], 590).description == (
        "Module 1 builds on none of the others. Module 2 builds on Module 1. Module 3 builds on Module 1. "
        "Module 4 builds on Module 1, Module 2 and Module 3."
    )


Piece = tuple[float, float, float]


def strokes(drawn: Map) -> tuple[list[Piece], list[tuple[float, Piece]]]:
    """Pieces of lines as (x, top, foot), and branches as (top, (height, left, right))."""
    uprights = re.findall(r"M([\d.]+) ([\d.]+)V([\d.]+)", drawn.svg)
    curved = re.findall(r'"M([\d.]+) ([\d.]+)Q[\d.]+ ([\d.]+) [\d. ]+H([\d.]+)"', drawn.svg)
    ways = [(float(top), (float(y), *sorted((float(start), float(end))))) for start, top, y, end in curved]
    return [(float(x), float(top), float(foot)) for x, top, foot in uprights], ways


def test_lines_are_open_where_a_branch_crosses(course: Course) -> None:
    """Between two branches side by side, too: no stub stays there."""
    pieces, ways = strokes(prerequisite_map(course, course.editions[0], 590))
    for x, top, foot in pieces:
        assert top < foot
        assert not any(left < x < right and top - 2 < y < foot + 2 for _, (y, left, right) in ways)


def test_branches_lie_beside_each_other(course: Course) -> None:
    _, ways = strokes(prerequisite_map(course, course.editions[0], 590))
    for (_, (y, left, right)), (_, (other, start, end)) in combinations(ways, 2):
        assert abs(y - other) > 2 or right <= start or end <= left


def test_a_line_ends_in_a_station_or_bends_into_its_last_branch(course: Course) -> None:
    drawn = prerequisite_map(course, course.editions[0], 590)
    pieces, ways = strokes(drawn)
    rects = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"', drawn.svg)
    stations = [(float(x), float(y), float(y) + float(height)) for x, y, height in rects]
    for x, _, foot in pieces:
        bends = any(abs(top - foot) < 0.2 and x in (left, right) for top, (_, left, right) in ways)
        opens = any(abs(y - foot) < 4 and left < x < right for _, (y, left, right) in ways)
        assert (
            bends or opens or any(left < x < left + 8 and top <= foot <= end for left, top, end in stations)
        )


def test_few_lines_are_crossed_in_the_whole_course(outline: Callable[[Needs], Course]) -> None:
    course = outline(WHOLE)
    pieces, _ = strokes(prerequisite_map(course, course.editions[0], 590))
    assert len(pieces) - len({of for before in WHOLE for of in before}) < 15


TITLES = (
    "Load Balancers & Reverse Proxies",
    'A < B > C, said "&amp;"',
    "Request",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    "WWWWW MMMMM @@@@@ %%%%% WWWWW MMMMM @@@@@ %%%%%",
    "負荷分散装置とリバースプロキシによる要求の振り分けと監視の方法",
    "A title that nobody would write, for it goes on and on, and there is no line that could hold it",
)


def texts(drawn: Map) -> list[tuple[ElementTree.Element, list[ElementTree.Element]]]:
    """Every text with its lines."""
    root = ElementTree.fromstring(drawn.svg)
    return [(text, list(text.iter(f"{SPACE}tspan"))) for text in root.iter(f"{SPACE}text")]


@pytest.mark.parametrize("width", [590, 330, 200])
def test_text_stays_in_its_column_and_is_all_there(width: float, outline: Callable[[Needs], Course]) -> None:
    course = outline(tuple(WHOLE[row] for row in range(len(TITLES))))
    modules = (replace(module, title=title) for module, title in zip(course.modules, TITLES, strict=True))
    course = replace(course, modules=tuple(modules))
    drawn = prerequisite_map(course, course.editions[0], width)
    shown = ["".join(line.text or "" for line in lines).replace(" ", "") for _, lines in texts(drawn)]
    assert [title for title in TITLES if title.replace(" ", "") not in shown] == []
    for text, lines in texts(drawn):
        for line in lines:
            end = (
                0
                if text.get("text-anchor") == "end"
                else advance(line.text or "", float(text.get("font-size", "")))
            )
            assert float(line.get("x", "")) + end <= width + 0.1
            assert float(line.get("y", "")) <= drawn.height


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_the_estimate_is_no_less_than_the_length_in_the_theme(weight: str) -> None:
    font = face(ROOT / "themes" / "default" / "fonts" / f"BookSans-{weight}.ttf")
    words = {word for title in real_titles() for word in title.split()}
    for text in sorted({*real_titles(), *words}):
        assert font.width(text, 10) <= advance(text, 10) < 1.3 * font.width(text, 10) + 5, text


def test_lines_break_between_words() -> None:
    assert broken("one two three", 10, advance("one two", 10)) == ("one two", "three")
    assert broken("one  two", 10, 1000) == ("one  two",)
    assert broken("onetwo three", 10, advance("one", 10)) == ("one", "tw", "o", "thr", "ee")


def test_the_whole_course_fits_a_page_in_letters_one_can_read(outline: Callable[[Needs], Course]) -> None:
    course = outline(WHOLE)
    drawn = prerequisite_map(course, course.editions[0], 590)
    assert drawn.height <= PAGE
    assert min(float(text.get("font-size", "")) for text, _ in texts(drawn)) >= 7 * 96 / 72


def test_what_fits_no_page_is_higher_and_not_smaller(outline: Callable[[Needs], Course]) -> None:
    course = outline(WHOLE)
    drawn = prerequisite_map(course, course.editions[0], 220)
    assert drawn.height > PAGE
    assert {float(text.get("font-size", "")) for text, _ in texts(drawn)} == {SIZES[-1]}


def test_a_small_course_is_drawn_in_large_letters(outline: Callable[[Needs], Course]) -> None:
    sizes = []
    for needs in (WHOLE[:6], WHOLE):
        course = outline(needs)
        sizes.append(texts(prerequisite_map(course, course.editions[0], 590))[0][0].get("font-size", ""))
    assert float(sizes[0]) > float(sizes[1])


def test_parts_stand_above_their_modules(outline: Callable[[Needs], Course]) -> None:
    course = outline(((), (1,), (1,), (1,)))
    edition = Edition("last", "Last", "Only", ("m4",))
    for chosen, names in ((course.editions[0], (1, 2)), (edition, (2,))):
        drawn = texts(prerequisite_map(course, chosen, 590))
        heads = {(lines[0].text or ""): float(lines[0].get("y", "")) for _, lines in drawn}
        found = [name for name in heads if name.startswith("Part ")]
        assert found == [f"Part {number} · {course.parts[number - 1].title}" for number in names]
        assert heads[found[-1]] < heads["4"]
        assert ("3" in heads) == (chosen is not edition)
        assert all(heads[found[-1]] > heads[name] for name in {"1", "2", "3"} & set(heads))


def test_the_document(course: Course) -> None:
    """It is well formed, named, of its size, and holds no more than every engine draws; numbers are short."""
    named = replace(course.editions[0], title="A & B", subtitle="<all>")
    drawn = prerequisite_map(course, named, 590)
    root = ElementTree.fromstring(drawn.svg)
    assert {element.tag.removeprefix(SPACE) for element in root.iter()} <= {
        "svg", "title", "desc", "path", "rect", "text", "tspan"
    }  # fmt: skip
    assert (root[0].text or "").endswith("A & B, <all>")
    assert root[1].text == drawn.description
    assert root.get("role") == "img"
    assert [float(size) for size in root.get("viewBox", "").split()] == [0, 0, drawn.width, drawn.height]
    assert [root.get("width"), root.get("height")] == root.get("viewBox", "").split()[2:]
    assert not re.search(r"\d\.\d\d|\d\.0\D", drawn.svg.split("</desc>")[1])


def test_rows_are_links_where_they_have_an_address(outline: Callable[[Needs], Course]) -> None:
    course = outline(SHAPES["a diamond"])
    drawn = prerequisite_map(course, course.editions[0], 590, lambda id: f'{id}.html?a=1&b="2"')
    root = ElementTree.fromstring(drawn.svg)
    links = {link.get("href"): "".join(link.itertext()) for link in root.iter(f"{SPACE}a")}
    assert links == {f'{m.id}.html?a=1&b="2"': f"{m.number}{m.title}" for m in course.modules}
    assert root.get("role") == "group"
    assert "<a" not in prerequisite_map(course, course.editions[0], 590).svg


def test_the_order_in_which_prerequisites_are_written_changes_nothing(course: Course) -> None:
    turned = (
        replace(m, prerequisites=(*reversed(m.prerequisites), *m.prerequisites[:1])) for m in course.modules
    )
    other = replace(course, modules=tuple(turned))
    edition = course.editions[0]
    assert prerequisite_map(other, edition, 590) == prerequisite_map(course, edition, 590)


def test_there_is_a_style_for_each_kind_of_line() -> None:
    assert len(STYLES) == KINDS

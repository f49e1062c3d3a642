"""Runs in an environment with Pyslet: checks a Common Cartridge, and scores responses to its questions.

    client_pyslet.py PACKAGE.zip  < tries as JSON  > {"failed": its own tests that failed, "tries": with scores}

Pyslet has tests of the profile for packages. It reads QTI 1.2.1, makes version 2 of each question, and runs its
response processing.
"""

import json
import logging
import sys
import unittest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile

import pyslet.imsqtiv1p2p1 as qti
from pyslet.imscc_profilev1p0 import CCTestSuite
from pyslet.imscc_profilev1p1 import CommonCartridge
from pyslet.qtiv2.items import AssessmentItem
from pyslet.qtiv2.variables import ItemSessionState
from pyslet.xml.structures import Element


def get_or_add_child(self: Any, wanted: type) -> Any:
    """Pyslet's own, but for `children.next()`, which Python 3 does not have."""
    for child in self.find_children_depth_first(wanted, max_depth=1):
        return child
    return self.add_child(wanted)


def failed(package: str) -> list[str]:
    """The tests of the profile that a package fails."""
    result = unittest.TestResult()
    CCTestSuite(CommonCartridge(package)).run(result)
    assert result.testsRun
    return [str(test) for test, _ in (*result.failures, *result.errors)]


def items(package: str) -> dict[str, AssessmentItem]:
    """The questions of a package by their identifiers, in version 2."""
    found = {}
    with TemporaryDirectory() as folder, ZipFile(package) as archive:
        archive.extractall(folder)
        for path in sorted(Path(folder).glob("*/assessment.xml")):
            document = qti.QTIDocument(base_uri=path.as_uri())
            document.read()
            for migrated, _, _ in document.root.migrate_to_v2():
                found[migrated.root.identifier] = migrated.root
    return found


def score(item: AssessmentItem, response: list[str]) -> float:
    """What a response is worth."""
    session = ItemSessionState(item)
    session.begin_session()
    several = item.ResponseDeclaration[0].cardinality == 1
    session["response1"].set_value(response if several else response[0])
    session.end_attempt()
    return float(session["SCORE"].value)


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)
    Element.get_or_add_child = get_or_add_child
    known = items(sys.argv[1])
    tries = [{**row, "score": score(known[row["item"]], row["response"])} for row in json.load(sys.stdin)]
    print(json.dumps({"failed": failed(sys.argv[1]), "tries": tries}))

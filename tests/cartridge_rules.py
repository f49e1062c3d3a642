"""Rules of Common Cartridges 1.1: what its schemas `ccv1p1_*` say of the XML with their Schematron rules, and the
traps of importers, as tables.
"""

import re
from collections.abc import Iterator, Mapping

from lxml import etree

CP = "http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
LOM = "http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest"
QTI = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
WEBLINK = "http://www.imsglobal.org/xsd/imsccv1p1/imswl_v1p1"
NAMES = {"cp": CP, "lom": LOM, "q": QTI, "wl": WEBLINK}
ASSESSMENT = "imsqti_xmlv1p2/imscc_xmlv1p1/assessment"

_METADATA = "(general |lifeCycle |technical |educational |rights |relation |classification )*"
_MATERIAL = "((material )|(material_ref )|(flow_mat ))*"
_RESPONSE = "((material )|(material_ref ))?((render_choice )|(render_fib ))((material )|(material_ref ))?"
_LABELS = "((material )|(material_ref )|(response_label )|(flow_label ))*"
CONTENT = {
    CP: {
        "manifest": ("metadata organizations resources (authorizations )?", "identifier"),
        "metadata": ("schema schemaversion lom ", ""),
        "organizations": ("(organization )?", ""),
        "organization": ("(title )?item (metadata )?", "identifier structure"),
        "item": ("(title )?(item )*(metadata )?", "identifier"),
        "resources": ("(resource )*", ""),
        "resource": ("(metadata )?(file )*(dependency )*", "identifier type"),
        "file": ("(metadata )?", "href"),
        "dependency": ("", "identifierref"),
        **dict.fromkeys(("schema", "schemaversion", "title"), ("", "")),
    },
    LOM: {
        "lom": (_METADATA, ""),
        "general": ("(identifier |title |language |description |keyword |coverage )*", ""),
        "lifeCycle": ("(contribute )+", ""),
        "contribute": ("(role |entity |date )*", ""),
        "role": ("value ", ""),
        "rights": ("(cost |copyrightAndOtherRestrictions |description )*", ""),
        "copyrightAndOtherRestrictions": ("value ", ""),
        **dict.fromkeys(("title", "description", "keyword"), ("(string )*", "")),
        **dict.fromkeys(("string", "language", "entity", "value"), ("", "")),
    },
    WEBLINK: {"webLink": ("title url ", ""), "title": ("", ""), "url": ("", "href")},
    QTI: {
        "questestinterop": ("((objectbank )|(assessment ))", ""),
        "assessment": ("(qtimetadata )?(rubric )?(presentation_material )?section ", "ident title"),
        "section": ("(item )+", "ident"),
        "item": ("(itemmetadata )?(presentation )?(resprocessing )*(itemfeedback )*", "ident"),
        "itemmetadata": ("(qtimetadata )+", ""),
        "qtimetadata": ("(qtimetadatafield )+", ""),
        "qtimetadatafield": ("fieldlabel fieldentry ", ""),
        "presentation": ("((flow )|((material )|(response_lid )|(response_str ))+)", ""),
        "response_lid": (_RESPONSE, "ident"),
        "response_str": (_RESPONSE, "ident"),
        "render_choice": (_LABELS, ""),
        "render_fib": (_LABELS, ""),
        "response_label": (_MATERIAL, "ident"),
        "material": ("((mattext )|(matref )|(matbreak ))+(altmaterial )*", ""),
        "flow_mat": ("((flow_mat )|(material )|(material_ref ))+", ""),
        "resprocessing": ("outcomes (respcondition )+", ""),
        "outcomes": ("decvar ", ""),
        "decvar": ("", "varname"),
        "respcondition": ("conditionvar (setvar )*(displayfeedback )*", ""),
        "conditionvar": ("((and )|(other )|(varequal )|(varsubstring ))+", ""),
        "and": ("((not )|(varequal ))+", ""),
        "not": ("(varequal )+", ""),
        "varequal": ("", "respident"),
        "setvar": ("", ""),
        "displayfeedback": ("", "feedbacktype linkrefid"),
        "itemfeedback": ("((flow_mat )|(material )|(solution )|(hint ))+", "ident"),
        "solution": ("(solutionmaterial )+", ""),
        "hint": ("(hintmaterial )+", ""),
        "solutionmaterial": ("((flow_mat )+|(material )+)", ""),
        "hintmaterial": ("((flow_mat )+|(material )+)", ""),
        **dict.fromkeys(("fieldlabel", "fieldentry", "mattext", "other"), ("", "")),
    },
}
"""What each element holds, in which order, and the attributes that it must have. There are no others."""
VALUES = {
    ("organization", "structure"): {"rooted-hierarchy"},
    ("resource", "type"): {"webcontent", ASSESSMENT, "imswl_xmlv1p1"},
    ("respcondition", "continue"): {"Yes", "No"},
    ("setvar", "action"): {"Set"},
    ("setvar", "varname"): {"SCORE"},
    ("decvar", "varname"): {"SCORE"},
    ("decvar", "vartype"): {"Decimal", "Integer"},
    ("varequal", "case"): {"Yes", "No"},
    ("displayfeedback", "feedbacktype"): {"Response", "Solution", "Hint"},
    ("response_lid", "rcardinality"): {"Single", "Multiple"},
    ("response_str", "rcardinality"): {"Single"},
    ("render_choice", "shuffle"): {"Yes", "No"},
    ("render_fib", "prompt"): {"Asterisk", "Box", "Dashline", "Underline"},
    ("solution", "feedbackstyle"): {"Complete"},
    ("hint", "feedbackstyle"): {"Complete"},
}


CHOICE, ESSAY = "q:presentation/q:response_lid", "q:itemmetadata//q:fieldentry='cc.essay.v0p1'"
SCORES = "q:setvar='100'"
NEVER = {
    "a score other than Set SCORE 100": "//q:setvar[not(@action='Set' and @varname='SCORE' and .='100')]",
    "two scores of a choice": f"//q:item[{CHOICE}][count(.//q:setvar) != 1]",
    "what goes on after what ends": "//q:respcondition[@continue='Yes'][preceding-sibling::q:respcondition]",
    "a score that goes on": f"//q:respcondition[{SCORES}][@continue!='No']",
    "a choice before the score": f"//q:respcondition[@continue='No'][not({SCORES})]"
    f"[not(preceding-sibling::q:respcondition[{SCORES}])]",
    "general feedback of a choice": "//q:respcondition[@continue='Yes'][not(q:conditionvar/q:other)]",
    "one condition for several choices": f"//q:item[{CHOICE}]//q:conditionvar[count(q:varequal) > 1]",
    "a right answer that Moodle does not count": f"//q:item[{CHOICE}]//q:varequal[not(@case='Yes')]",
    "a condition on another response": "//q:varequal[not(@respident=ancestor::q:item/q:presentation/*/@ident)]",
    "a response that importers take for another": "//*[@ident='response' or starts-with(@ident, 'TF')]",
    "a value that is no choice": f"//q:item[{CHOICE}]//q:varequal"
    "[not(.=ancestor::q:item//q:response_label/@ident)]",
    "feedback that is not there": "//q:displayfeedback"
    "[not(@linkrefid=ancestor::q:item/q:itemfeedback/@ident)]",
    "feedback that nobody sees": "//q:itemfeedback[q:flow_mat]"
    "[not(@ident=ancestor::q:item//q:displayfeedback/@linkrefid)]",
    "a solution or a hint among feedback": "//q:itemfeedback[@ident='solution' or @ident='hint'][q:flow_mat]",
    "an essay with a key": f"//q:item[{ESSAY}][.//q:varequal or .//q:setvar or {CHOICE}]",
    "an essay for a computer": f"//q:item[{ESSAY}][not(q:itemmetadata//q:fieldentry='No')]",
    "a model answer given once": f"//q:item[{ESSAY}]"
    "[(q:itemfeedback/@ident='general_fb') != boolean(q:itemfeedback/q:solution)]",
    "an answer that cannot be written": "//q:render_fib[not(q:response_label)]",
    "a radio button for several": "//q:response_lid[@rcardinality='Multiple']"
    "[q:render_choice/@maxnumber != count(q:render_choice/q:response_label)]",
    "code whose lines run together": "//q:mattext[contains(., '<pre')]",
    "plain text for HTML": "//q:mattext[not(@texttype='text/html')]",
    "two questions of one name": "//q:item[@ident=preceding-sibling::q:item/@ident]",
    "a weight out of bounds": "//q:fieldlabel[.='cc_weighting']/../q:fieldentry[. < 1 or . > 99]",
    "an exam of another profile": "//q:assessment/q:qtimetadata[not(q:qtimetadatafield"
    "[q:fieldlabel='cc_profile']/q:fieldentry='cc.exam.v0p1')]",
    "several metadata of a name": "//q:qtimetadatafield"
    "[q:fieldlabel=preceding-sibling::q:qtimetadatafield/q:fieldlabel]",
}
"""Traps: what no assessment may hold. XPath selects the offenders."""
TREE = {
    "a root with a title": "/cp:manifest/cp:organizations/cp:organization/cp:item/cp:title",
    "an item without a title": "//cp:item/cp:item[not(cp:title)]",
    "a file with items inside": "//cp:item[@identifierref]/cp:item",
    "an item that leads nowhere": "//cp:item[@identifierref][not(@identifierref=//cp:resource/@identifier)]",
    "a dependency on nothing": "//cp:dependency[not(@identifierref=//cp:resource/@identifier)]",
    "a dependency on what is no file": "//cp:dependency"
    "[@identifierref=//cp:resource[@type!='webcontent']/@identifier]",
    "a dependency on oneself": "//cp:dependency[@identifierref=../@identifier]",
    "a dependency twice": "//cp:dependency[@identifierref=preceding-sibling::cp:dependency/@identifierref]",
    "several files in a resource": "//cp:resource[count(cp:file) != 1]",
    "content that is not opened": "//cp:resource[@type='webcontent'][not(@href=cp:file/@href)]",
    "an assessment with an address": "//cp:resource[@type!='webcontent'][@href]",
    "another schema": "//cp:metadata[cp:schema!='IMS Common Cartridge' or cp:schemaversion!='1.1.0']",
}
"""What no manifest may hold: the Schematron rules of `ccv1p1_imscp_v1p2`."""


def content(root: etree._Element) -> Iterator[str]:
    """Where a document differs from its schema."""
    for element in root.iter():
        name = etree.QName(element)
        known = CONTENT.get(name.namespace, {}).get(name.localname)
        if known is None:
            yield f"unknown: {element.tag}"
            continue
        children = "".join(f"{etree.QName(child).localname} " for child in element)
        if not re.fullmatch(known[0], children):
            yield f"{name.localname} holds {children}"
        yield from (
            f"{name.localname} without {must}" for must in known[1].split() if must not in element.attrib
        )
        for attribute, value in element.attrib.items():
            allowed = VALUES.get((name.localname, attribute))
            if allowed and value not in allowed:
                yield f"{name.localname} {attribute}={value}"


def offenders(root: etree._Element, rules: Mapping[str, str]) -> list[str]:
    """The rules that a document breaks."""
    return [rule for rule, path in rules.items() if root.xpath(path, namespaces=NAMES)]

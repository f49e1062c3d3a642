"""What a book says of itself, in its information dictionary and in its XMP packet.

The dictionary is that of ISO 32000-1, 14.3.3; the packet (14.3.2; XMP is ISO 16684-1) makes the claim to be
PDF/UA-1 (ISO 14289-1, clause 5) too.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from pipeline.engines.pdflink.objects import text

_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{Title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{Author}</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{Subject}</rdf:li></rdf:Alt></dc:description>
<pdf:Keywords>{Keywords}</pdf:Keywords><pdf:Producer>{Producer}</pdf:Producer>
<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate>
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>"""


def information(said: Mapping[str, str], epoch: int) -> bytes:
    """The information dictionary, with creation and modification date (7.9.4)."""
    date = f"{datetime.fromtimestamp(epoch, UTC):D:%Y%m%d%H%M%SZ}"
    rows = {**said, "CreationDate": date, "ModDate": date}
    return b"<< " + b" ".join(b"/%s %s" % (key.encode(), text(value)) for key, value in rows.items()) + b" >>"


def packet(said: Mapping[str, str], epoch: int) -> bytes:
    """The XMP packet. `said` has Title, Author, Subject, Keywords and Producer."""
    date = f"{datetime.fromtimestamp(epoch, UTC):%Y-%m-%dT%H:%M:%SZ}"
    return _PACKET.format(date=date, **{key: escape(value) for key, value in said.items()}).encode()

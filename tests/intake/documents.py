"""Small files of invented articles, as word processors, mail programs and press databases write them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_TYPE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def docx(body: str, parts: dict[str, str] | None = None, core: str = "") -> bytes:
    """A DOCX of this content of <w:body>. parts: kind (`footnotes`, `header`…) -> XML inside its root."""
    out = io.BytesIO()
    links = ""
    with zipfile.ZipFile(out, "w") as archive:
        for number, (kind, content) in enumerate((parts or {}).items()):
            root = {"header": "hdr", "footer": "ftr"}.get(kind, kind)
            archive.writestr(f"word/{kind}.xml", f"<w:{root} {_W}>{content}</w:{root}>")
            links += f'<Relationship Id="r{number}" Type="{_TYPE}/{kind}" Target="{kind}.xml"/>'
        head = f'<Relationship Id="a" Type="{_TYPE}/officeDocument" Target="word/document.xml"/>'
        if core:
            kind = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
            head += f'<Relationship Id="b" Type="{kind}" Target="core.xml"/>'
            archive.writestr("core.xml", f'<c xmlns:dc="http://purl.org/dc/elements/1.1/">{core}</c>')
        archive.writestr("_rels/.rels", f"<Relationships>{head}</Relationships>")
        archive.writestr("word/_rels/document.xml.rels", f"<Relationships>{links}</Relationships>")
        archive.writestr("word/document.xml", f"<w:document {_W} {_MC}><w:body>{body}</w:body></w:document>")
    return out.getvalue()


def p(text: str, style: str = "", bold: bool = False, mark: str = "") -> str:
    """One paragraph of one run."""
    before = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    named = f'<w:bookmarkStart w:name="{mark}"/>' if mark else ""
    look = "<w:rPr><w:b/></w:rPr>" if bold else ""
    run = f'<w:r>{look}<w:t xml:space="preserve">{text}</w:t></w:r>' if text else ""
    return f"<w:p>{before}{named}{run}</w:p>"


ARTICLES: Sequence[tuple[str, str, str, str, str, str]] = (
    ("Harbour to be deepened", "The Tarn Ledger", "March 12, 2031 Wednesday", "Ilsa Brandt", "NEWS; Pg. 3",
     "The minister said that the harbour will be deepened.\nThe fishers disagreed."),
    ("Eels worry the town", "Quay Post (Tarn)", "13. März 2031 Donnerstag", "", "Local",
     "Nobody knows where the eels went.\nThe mayor said nothing."),
)  # fmt: skip


def nexis_docx() -> bytes:
    """A download of Nexis Uni: a title page, then two articles."""
    body = p("Documents (2)", bold=True) + p("1. Harbour to be deepened") + p("Client/Matter: -None-", bold=True)
    for number, (title, outlet, day, author, section, text) in enumerate(ARTICLES, start=1):
        body += p("", mark=f"Bookmark_{number}") + p(title, bold=True) + p(outlet) + p(day) + p("")
        body += p("Copyright 2031 Invented Press. All Rights Reserved") + p(f"Section:\u00a0{section}", bold=True)
        body += p("Length:\u00a014 words", bold=True)
        if author:
            body += p(f"Byline:\u00a0By {author}", bold=True)
        body += p("Body", bold=True, mark=f"Body_{number}") + p("")
        body += "".join(p(line) for line in text.split("\n"))
        body += p("Classification", bold=True) + p("Language:\u00a0ENGLISH", bold=True)
        body += p("Load-Date:\u00a0March 14, 2031", bold=True) + p("End of Document", bold=True)
    return docx(body)


def nexis_rtf() -> bytes:
    """The same as RTF, with pages instead of bookmarks."""
    out = r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}{\b Documents (2)}\par 1. Harbour to be deepened\par"
    for title, outlet, day, author, section, text in ARTICLES:
        out += rf"\page\par{{\b {title}}}\par {outlet}\par {day}\par\par Copyright 2031 Invented Press\par"
        out += rf"{{\b Section:}}\~{section}\par{{\b Length:}}\~14 words\par"
        out += rf"{{\b Byline:}}\~{author}\par" if author else ""
        out += r"{\b Body}\par\par" + "".join(rf" {line}\par" for line in text.split("\n"))
        out += r"{\b Load-Date:}\~March 14, 2031\par {\b End of Document}\par"
    return (out + "}").encode("cp1252")


def factiva_rtf() -> bytes:
    """A download of Factiva as a newspaper shows it."""
    out = r"{\rtf1\ansi\ansicpg1252 "
    for number, (title, outlet, day, author, section, text) in enumerate(ARTICLES, start=1):
        day = day.rsplit(" ", 1)[0]
        out += rf"{section}\par{{\b {title}}}\par " + (rf"By {author}\par " if author else "")
        out += rf"14 words\par {day}\par {outlet}\par TRNLDG\par English\par Copyright 2031 Invented Press\par\par"
        out += "".join(rf" {line}\par" for line in text.split("\n"))
        out += rf" Document TRNLDG002031031{number}er3c0000{number}\par\par "
    return (out + r"Search Summary\par Text\par harbour\par}").encode("cp1252")


def factiva_page() -> bytes:
    """The same as a saved page, with the codes of its fields."""
    out = "<html><head><title>Factiva</title></head><body><div><h1>Factiva</h1> Dow Jones</div>"
    for number, (title, outlet, day, author, section, text) in enumerate(ARTICLES, start=1):
        rows = {"SE": section, "HD": title, "BY": f"Von {author}" if author else "", "WC": "14 Wörter",
                "PD": day.rsplit(" ", 1)[0], "SN": outlet, "SC": "TRNLDG", "LA": "Englisch"}  # fmt: skip
        out += '<div class="article enArticle"><table>'
        out += "".join(f"<tr><td class='index'><b>{k}</b>&nbsp;</td><td>{v}</td></tr>" for k, v in rows.items() if v)
        lead, *rest = [f'<p class="articleParagraph enarticleParagraph">{line}</p>' for line in text.split("\n")]
        out += f"<tr><td><b>LP</b></td><td>{lead}</td></tr><tr><td><b>TD</b></td><td>{''.join(rest)}</td></tr>"
        out += "<tr><td><b>NS</b></td><td>gcat : News</td></tr><tr><td><b>AN</b></td>"
        out += f"<td>Document TRNLDG002031031{number}er3c0000{number}</td></tr></table></div>"
    return (out + "</body></html>").encode()


def europresse_page() -> bytes:
    """A list saved from Europresse."""
    out = "<html><head><meta charset='utf-8'></head><body>"
    for number, (title, outlet, _, author, section, text) in enumerate(ARTICLES, start=1):
        out += f"<article><header><div class='rdp__DocPublicationName'><span class='DocPublicationName'>{outlet}, no. 7"
        out += f"</span></div><div><span class='DocHeader'>{section}, mercredi 1{number} mars 2031, p. 3</span></div>"
        out += f"<div class='titreArticle'><p class='titreArticleVisu rdp__articletitle'>{title}</p></div>"
        out += f"<div class='docAuthors'>{author}</div>" if author else ""
        out += "</header><section><div class='DocText clearfix'><div class='docOcurrContainer'>"
        out += "".join(f"<p>{line}</p>" for line in text.split("\n"))
        out += "</div></div></section><footer><small>© 2031 Invented. Tous droits réservés.</small>"
        out += f"<p>Numéro de document : news·2031031{number}·TL·{number}</p></footer></article>"
    return (out + "</body></html>").encode()


def numbered_text() -> bytes:
    """A download of LexisNexis as it was: numbered documents in plain text."""
    out = "Download Request: Selected Items: 1-2\n\n"
    for number, (title, outlet, day, author, section, text) in enumerate(ARTICLES, start=1):
        out += f"\n                    {number} of 2 DOCUMENTS\n\n              {outlet}\n\n     {day}\n\n{title}\n\n"
        out += f"BYLINE: {author}\n\n" if author else ""
        out += f"SECTION: {section}\n\nLENGTH: 14 words\n\n" + text.replace("\n", "\n\n")
        out += "\n\nLOAD-DATE: March 14, 2031\n\nLANGUAGE: ENGLISH\n\n      Copyright 2031 Invented Press\n\n"
    return out.encode()

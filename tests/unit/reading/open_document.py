"""Sheets in, the bytes of an OpenDocument spreadsheet (.ods) out."""

from __future__ import annotations

import io
import zipfile

MEDIA_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_NAMESPACES = " ".join(
    f'xmlns:{name}="{address}"'
    for name, address in {
        "office": f"{_OASIS}:office:1.0",
        "table": f"{_OASIS}:table:1.0",
        "text": f"{_OASIS}:text:1.0",
        "style": f"{_OASIS}:style:1.0",
        "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
    }.items()
)
BLANK_ROWS = (
    '<table:table-row table:number-rows-repeated="{}"><table:table-cell table:number-columns-repeated="16384"/>'
    "</table:table-row>"
)


def spreadsheet(*, styles: str = "", **sheets: str) -> bytes:
    """A spreadsheet with these sheets, each the XML of its rows, and styles for their cells."""
    tables = "".join(f'<table:table table:name="{name}">{rows}</table:table>' for name, rows in sheets.items())
    known = f"<office:automatic-styles>{styles}</office:automatic-styles>"
    body = f"{known}<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("mimetype", MEDIA_TYPE)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr("content.xml", f"<office:document-content {_NAMESPACES}>{body}</office:document-content>")
    return content.getvalue()


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def text(said: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{said}</text:p></table:table-cell>'


def struck_style(name: str) -> str:
    return (
        f'<style:style style:name="{name}"><style:text-properties style:text-line-through-style="solid"/></style:style>'
    )


def value(kind: str, attribute: str, said: str) -> str:
    return f'<table:table-cell office:value-type="{kind}" office:{attribute}="{said}"/>'

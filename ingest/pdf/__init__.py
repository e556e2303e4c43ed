"""PDFs as text: words from PDFium, lines in reading order, paragraphs made whole, what is no prose left out.

The steps, a module each: `words` (with `spelling`) → `lines` (with `margins`) → `columns` → `running`, `contents` →
`roles` (by `headings`, `figures`, `sentences`) → `blocks`, `paragraphs` (with `hyphens`) → `references`; beside them
`titles`. `document` puts them in a row. No I/O.
"""

from ingest.pdf.document import BrokenPdfError, PdfText, read_pdf

__all__ = ["BrokenPdfError", "PdfText", "read_pdf"]

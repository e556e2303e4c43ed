"""PDFs as text: words from PDFium, lines in reading order, paragraphs made whole, what is no prose left out.

The steps, a module each: `words` → `lines` → `columns` → `running`, `notes`, `figures` → `paragraphs` (with `headings`
and `hyphens`) → `references`, `titles`; `document` puts them in a row. No I/O.
"""

from ingest.pdf.document import BrokenPdfError, PdfText, read_pdf

__all__ = ["BrokenPdfError", "PdfText", "read_pdf"]

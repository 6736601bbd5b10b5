"""The reading surface: one QTextLayout a paragraph, laid out when visible; labels painted by ourselves.

Chosen over QTextEdit because it alone stays within a frame at 10,000 labels and on giant paragraphs. What QTextEdit
would have brought (selection, keys, positions) is in this package, behind the interface of `TextSurface`.
"""

from annotator.qt.desk.article.labels import SurfaceLabel
from annotator.qt.desk.article.widget import TextSurface

__all__ = ["SurfaceLabel", "TextSurface"]

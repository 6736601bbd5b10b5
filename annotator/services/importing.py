"""Where scripts outside the repository import `add_documents` from; it lives in `services.articles.importing`."""

from annotator.services.articles.importing import add_documents as add_documents

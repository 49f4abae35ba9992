from danvan.documents.admin import file, letterhead, number  # noqa: F401 - importing registers

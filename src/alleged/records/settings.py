"""Settings of a dataset, from its `dataset.yaml`."""

from dataclasses import dataclass

from alleged import files
from alleged.issues import Issue
from alleged.project import Project
from alleged.reader import Document, read_document
from alleged.schemas.validate import findings


@dataclass(frozen=True)
class Settings:
    """Settings of a dataset: its title, and the limit of words of a quote."""

    title: str = ""
    quote_words: int = 8


def read_settings(project: Project) -> tuple[Settings, list[Issue]]:
    """Return the settings of a project (the default ones without `dataset.yaml`), and the issues of that file."""
    if not files.exists(project.root, project.settings.name):
        return Settings(), []
    document = read_document(project.settings, project)
    if not isinstance(document, Document):
        return Settings(), document
    issues = [f.issue(document.place(f.path, f.on_key)) for f in findings("dataset", document.data)]
    return Settings() if issues else Settings(**document.data), issues

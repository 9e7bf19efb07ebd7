"""Settings of a dataset, from its `dataset.yaml`."""

from dataclasses import dataclass

from alleged import files
from alleged.issues import Issue
from alleged.project import Project
from alleged.reader import Document, read_document
from alleged.schemas.validate import settings_faults


@dataclass(frozen=True)
class Settings:
    """What holds for the dataset as a whole, from `dataset.yaml`."""

    title: str = ""
    quote_words: int = 8


def read_settings(project: Project) -> tuple[Settings, list[Issue]]:
    """Return the settings of a project, the usual ones where it has no `dataset.yaml`, and what is wrong there."""
    if not files.exists(project.root, project.settings.name):
        return Settings(), []
    found = read_document(project.settings, project)
    if not isinstance(found, Document):
        return Settings(), found
    faults = settings_faults(found.data)
    issues = [Issue(f.rule, "error", found.place(f.path, f.on_key), f.message, f.help, f.suggestion) for f in faults]
    return Settings() if issues else Settings(**found.data), issues

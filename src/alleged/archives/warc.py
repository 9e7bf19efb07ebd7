"""A page as a server sent it, in the format of web archives (WARC, ISO 28500)."""

import io
from hashlib import sha256
from uuid import NAMESPACE_URL, uuid5

from alleged import files
from alleged.errors import EnvironmentFailure
from alleged.project import Project
from alleged.web.fetch import Reply

LEFT_OUT = ("connection", "content-encoding", "content-length", "transfer-encoding", "set-cookie")
"""Headers that are not true of the content as it is kept, or that are nobody's business."""


def write_warc(project: Project, source_id: str, reply: Reply, day: str) -> str:
    """Write the page of a source into the folder of texts, and return the SHA-256 of the file.

    The same page on the same day has the same bytes.

    Raises:
        EnvironmentFailure: The package that writes the format is not installed, or the file cannot be written.
    """
    content = warc(reply, day)
    with files.translate_oserror(f"the page of {source_id} cannot be kept"):
        files.make_folder(project.root, project.texts.name)
        files.write(project.root, f"{project.texts.name}/{source_id}.warc.gz", content)
    return sha256(content).hexdigest()


def warc(reply: Reply, day: str) -> bytes:
    """Return a WARC of one response, compressed.

    Raises:
        EnvironmentFailure: The package that writes the format is not installed.
    """
    try:
        from warcio.statusandheaders import StatusAndHeaders
        from warcio.warcwriter import WARCWriter
    except ModuleNotFoundError:
        raise EnvironmentFailure("keeping pages needs warcio: pip install 'alleged[web]'") from None
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True)
    kept = [(name.title(), value) for name, value in reply.headers.items() if name not in LEFT_OUT]
    headers = StatusAndHeaders(f"{reply.status} OK", [*kept, ("Content-Length", str(len(reply.content)))], "HTTP/1.1")
    named = uuid5(NAMESPACE_URL, f"{day} {reply.address} {sha256(reply.content).hexdigest()}")
    about = {"WARC-Date": f"{day}T00:00:00Z", "WARC-Record-ID": f"<urn:uuid:{named}>"}
    # With the length, the library needs no temporary file.
    given = {"length": len(reply.content), "http_headers": headers, "warc_headers_dict": about}
    writer.write_record(writer.create_warc_record(reply.address, "response", io.BytesIO(reply.content), **given))
    return buffer.getvalue()

"""The language server over real stdio: marks while typing, across files, through broken text; hovers and actions."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

VARIABLES = 'variable "cidr" {\n  default = "10.0.0.0/8"\n}\n'
MAIN = """\
resource "aws_security_group" "web" {
  description = "web \U0001f600"
  ingress {
    description = "ssh"
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = [var.cidr]
  }
}

resource "aws_cloudtrail" "audit" {
  name                       = "audit"
  s3_bucket_name             = "logs"
  enable_log_file_validation = false
}
"""


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[sys.executable, "-m", "stanchion", "lsp"]))  # type: ignore[untyped-decorator]
async def client(lsp_client: LanguageClient, tmp_path: Path) -> AsyncIterator[None]:
    (tmp_path / "main.tf").write_text(MAIN, encoding="utf-8")
    (tmp_path / "variables.tf").write_text(VARIABLES, encoding="utf-8")
    (tmp_path / ".stanchion.toml").write_text('select = ["NET101", "LOG101"]\n', encoding="utf-8")
    parameters = types.InitializeParams(
        capabilities=types.ClientCapabilities(),
        root_uri=tmp_path.as_uri(),
        workspace_folders=[types.WorkspaceFolder(tmp_path.as_uri(), "work")],
    )
    await lsp_client.initialize_session(parameters)
    yield
    await lsp_client.shutdown_session()


def opened(client: LanguageClient, path: Path, text: str) -> None:
    item = types.TextDocumentItem(path.as_uri(), "terraform", 1, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))


def typed(client: LanguageClient, path: Path, version: int, text: str) -> None:
    whole = types.TextDocumentContentChangeWholeDocument(text)
    identifier = types.VersionedTextDocumentIdentifier(version, path.as_uri())
    client.text_document_did_change(types.DidChangeTextDocumentParams(identifier, [whole]))


async def codes(client: LanguageClient, path: Path, wanted: set[object]) -> list[types.Diagnostic]:
    """The diagnostics of a file once they are the wanted ones; fails after a while."""
    found: list[types.Diagnostic] = []
    for _ in range(400):
        found = list(client.diagnostics.get(path.as_uri(), []))
        if {diagnostic.code for diagnostic in found} == wanted:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"wanted {wanted}, have {[(d.code, d.message) for d in found]}")


@pytest.mark.asyncio
async def test_marks_are_exact_and_follow_what_is_typed(client: LanguageClient, tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    opened(client, path, MAIN)
    (mark,) = await codes(client, path, {"LOG101"})
    assert (mark.range.start.line, mark.range.start.character) == (14, 2)
    assert mark.range.end.character == len("  enable_log_file_validation = false")
    typed(client, path, 2, MAIN.replace("= false", "= true"))
    await codes(client, path, set())


@pytest.mark.asyncio
async def test_a_change_in_one_file_is_felt_in_another(client: LanguageClient, tmp_path: Path) -> None:
    main, variables = tmp_path / "main.tf", tmp_path / "variables.tf"
    opened(client, main, MAIN)
    await codes(client, main, {"LOG101"})
    opened(client, variables, VARIABLES)
    typed(client, variables, 2, VARIABLES.replace("10.0.0.0/8", "0.0.0.0/0"))
    await codes(client, main, {"LOG101", "NET101"})


@pytest.mark.asyncio
async def test_broken_text_keeps_the_rest(client: LanguageClient, tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    opened(client, path, MAIN)
    await codes(client, path, {"LOG101"})
    typed(client, path, 2, 'resource "aws_vpc" "half {\n  cidr = \n' + MAIN)
    found = await codes(client, path, {"LOG101", "syntax"})
    assert found
    typed(client, path, 3, MAIN)
    await codes(client, path, {"LOG101"})


@pytest.mark.asyncio
async def test_hover_explains_and_tells_the_value(client: LanguageClient, tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    opened(client, path, MAIN)
    await codes(client, path, {"LOG101"})
    identifier = types.TextDocumentIdentifier(path.as_uri())
    at = types.HoverParams(identifier, types.Position(14, 10))
    explained = await client.text_document_hover_async(at)
    assert explained is not None
    assert isinstance(explained.contents, types.MarkupContent)
    assert "LOG101" in explained.contents.value
    value = await client.text_document_hover_async(types.HoverParams(identifier, types.Position(7, 22)))
    assert value is not None
    assert isinstance(value.contents, types.MarkupContent)
    assert "10.0.0.0/8" in value.contents.value


@pytest.mark.asyncio
async def test_the_action_suppresses(client: LanguageClient, tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    opened(client, path, MAIN)
    (mark,) = await codes(client, path, {"LOG101"})
    identifier = types.TextDocumentIdentifier(path.as_uri())
    context = types.CodeActionContext([mark])
    actions = await client.text_document_code_action_async(types.CodeActionParams(identifier, mark.range, context))
    ignoring = [a for a in actions or [] if isinstance(a, types.CodeAction) and a.title.startswith("Ignore LOG101")]
    assert ignoring
    assert ignoring[0].edit is not None
    assert ignoring[0].edit.changes is not None
    (edit,) = ignoring[0].edit.changes[path.as_uri()]
    lines = MAIN.splitlines(keepends=True)
    lines.insert(edit.range.start.line, edit.new_text)
    typed(client, path, 2, "".join(lines))
    await codes(client, path, set())


@pytest.mark.asyncio
async def test_the_configuration_is_reloaded(client: LanguageClient, tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    opened(client, path, MAIN)
    await codes(client, path, {"LOG101"})
    settings = tmp_path / ".stanchion.toml"
    settings.write_text('select = ["LOG102"]\n', encoding="utf-8")
    event = types.FileEvent(settings.as_uri(), types.FileChangeType.Changed)
    client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([event]))
    await codes(client, path, {"LOG102"})


@pytest.mark.asyncio
async def test_the_action_mends(client: LanguageClient, tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    opened(client, path, MAIN)
    (mark,) = await codes(client, path, {"LOG101"})
    identifier = types.TextDocumentIdentifier(path.as_uri())
    asked = types.CodeActionParams(identifier, mark.range, types.CodeActionContext([mark]))
    actions = [a for a in await client.text_document_code_action_async(asked) or [] if isinstance(a, types.CodeAction)]
    assert [action.title for action in actions if action.is_preferred] == [
        "Mend LOG101: CloudTrail trail does not validate its log files"
    ]
    assert actions[0].edit is not None
    assert actions[0].edit.changes is not None
    (edit,) = actions[0].edit.changes[path.as_uri()]
    assert edit.new_text == "true"
    lines = MAIN.splitlines(keepends=True)
    line, first, last = edit.range.start.line, edit.range.start.character, edit.range.end.character
    lines[line] = lines[line][:first] + edit.new_text + lines[line][last:]
    typed(client, path, 2, "".join(lines))
    await codes(client, path, set())


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[sys.executable, "-m", "stanchion", "lsp"]))  # type: ignore[untyped-decorator]
async def watching(lsp_client: LanguageClient, tmp_path: Path) -> AsyncIterator[None]:
    """A client that shows progress, on a folder with two roots, with no file open."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(MAIN, encoding="utf-8")
        (tmp_path / name / "variables.tf").write_text(VARIABLES, encoding="utf-8")
    (tmp_path / ".stanchion.toml").write_text('select = ["NET101", "LOG101"]\n', encoding="utf-8")
    shows = types.ClientCapabilities(window=types.WindowClientCapabilities(work_done_progress=True))
    folders = [types.WorkspaceFolder(tmp_path.as_uri(), "work")]
    parameters = types.InitializeParams(capabilities=shows, root_uri=tmp_path.as_uri(), workspace_folders=folders)
    await lsp_client.initialize_session(parameters)
    yield
    await lsp_client.shutdown_session()


@pytest.mark.asyncio
async def test_a_new_folder_is_judged_whole_with_progress(watching: LanguageClient, tmp_path: Path) -> None:
    for name in ("one", "two"):
        await codes(watching, tmp_path / name / "main.tf", {"LOG101"})
    for _ in range(100):
        reports = [said for each in watching.progress_reports.values() for said in each]
        if reports and isinstance(reports[-1], types.WorkDoneProgressEnd):
            break
        await asyncio.sleep(0.05)
    assert [type(said).__name__.removeprefix("WorkDoneProgress") for said in reports] == [
        "Begin",
        "Report",
        "Report",
        "End",
    ]
    last = reports[2]
    assert isinstance(last, types.WorkDoneProgressReport)
    assert last.percentage == 100


@pytest.mark.asyncio
async def test_what_was_said_of_a_file_goes_with_it(watching: LanguageClient, tmp_path: Path) -> None:
    main = tmp_path / "one" / "main.tf"
    await codes(watching, main, {"LOG101"})
    main.unlink()
    (tmp_path / "one" / "variables.tf").unlink()
    gone = [types.FileEvent(main.as_uri(), types.FileChangeType.Deleted)]
    watching.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams(gone))
    await codes(watching, main, set())

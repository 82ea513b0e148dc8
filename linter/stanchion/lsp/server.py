"""The language server: what the editor says goes in, what was found goes out.

One thread judges; requests for the same file while it is busy become one. Source of the messages: Language Server
Protocol 3.17.
"""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterable
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from stanchion import __version__
from stanchion.discovery.units import Unit
from stanchion.judging.finding import Finding
from stanchion.lsp import showing
from stanchion.lsp.indexing import Indexing
from stanchion.lsp.positions import offset, path_of, range_of, uri_of
from stanchion.lsp.workspace import Folder, name_of
from stanchion.syntax.source import Source

#: Seconds without a keystroke before what is typed is judged.
PAUSE = 0.15
#: Seconds without a sign of the editor before other units are judged, which would stand in the way of the next marks.
CALM = 0.3
#: New objects that make it worth while to tidy memory, which is done when nobody waits: Python's own choice of moments
#: would fall into what is waited for.
GARBAGE = 60_000
#: Seconds that tidying so many takes at least; it does not start when the next file is due sooner.
TIDYING = 0.05
CONFIGURATIONS = (".stanchion.toml", "pyproject.toml")


class Stanchion(LanguageServer):
    """The server with its folders."""

    def __init__(self) -> None:
        super().__init__("stanchion", __version__, text_document_sync_kind=types.TextDocumentSyncKind.Incremental)
        self.folders: dict[Path, Folder] = {}
        self._lock = threading.RLock()
        self._wanted: dict[Path, float] = {}
        self._wake = threading.Condition()
        self._worker: threading.Thread | None = None
        self._shown: dict[Path, set[Path]] = {}
        self._touched = 0.0
        self._behind: dict[tuple[Path, Path], tuple[Folder, Unit]] = {}
        self._indexing = Indexing(self)

    # Folders

    def add_folder(self, path: Path) -> None:
        """Take a workspace folder in."""
        with self._lock:
            if path not in self.folders:
                self.folders[path] = Folder(path)
                self._tell_mistake(self.folders[path])

    def index(self, path: Path) -> None:
        """Judge all of a workspace folder when there is time."""
        with self._wake:
            self._indexing.add(self.folders[path])
            self._start()

    def remove_folder(self, path: Path) -> None:
        """Let a workspace folder go, and what was said about its files."""
        with self._lock:
            folder = self.folders.pop(path, None)
        if folder is not None:
            with self._wake:
                self._indexing.remove(folder)
        for told in self._shown.pop(path, set()) if folder is not None else ():
            self._publish(told, [])

    def folder_of(self, path: Path) -> Folder:
        """The folder that holds a file; a file outside of all gets its own directory as one."""
        with self._lock:
            holding = [folder for root, folder in self.folders.items() if path.is_relative_to(root)]
            if holding:
                return max(holding, key=lambda folder: len(folder.root.parts))
            self.add_folder(path.parent)
            return self.folders[path.parent]

    def reload(self) -> None:
        """Read all configurations anew and judge again what was judged."""
        with self._lock:
            for folder in self.folders.values():
                folder.reload()
                self._tell_mistake(folder)
        for folder in list(self.folders.values()):
            for told in list(self._shown.get(folder.root, ())):
                self.want(told, 0.0)

    def _tell_mistake(self, folder: Folder) -> None:
        if folder.mistake is not None:
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Stanchion: {folder.mistake}"))

    # Judging

    def want(self, path: Path, pause: float) -> None:
        """Have a file judged after a pause in which nothing more is said about it."""
        import time

        with self._wake:
            self._touched = time.monotonic()
            self._wanted[path] = self._touched + pause
            self._start()

    def _start(self) -> None:
        if self._worker is None:
            self._worker = threading.Thread(target=self._work, name="judging", daemon=True)
            self._worker.start()
        self._wake.notify()

    def _work(self) -> None:
        while True:
            path = self._due()
            try:
                if path is not None:
                    self._judge(path)
                else:
                    self._judge_behind()
            except Exception as error:  # the server must outlive whatever one file does to it
                name = path.name if path is not None else "a unit"
                message = f"Stanchion: {name} could not be judged: {type(error).__name__}: {error}"
                self.window_log_message(types.LogMessageParams(types.MessageType.Error, message))

    def _due(self) -> Path | None:
        """The next file to judge, once its pause is over; None when there is time for what waits behind."""
        import time

        with self._wake:
            while True:
                now = time.monotonic()
                waits: list[float] = []
                if self._wanted:
                    path, due = min(self._wanted.items(), key=lambda item: item[1])
                    if due <= now:
                        del self._wanted[path]
                        return path
                    waits.append(due - now)
                if self._behind or self._indexing.waiting:
                    calm = self._touched + CALM - now
                    if calm <= 0:
                        return None
                    waits.append(calm)
                pause = min(waits, default=None)
                if gc.get_count()[0] > GARBAGE and (pause is None or pause > TIDYING):
                    gc.collect()
                    continue
                self._wake.wait(pause)

    def _judge(self, path: Path) -> None:
        """Judge the nearest unit of a file and say what is known by then; the others follow when there is time."""
        folder = self.folder_of(path)
        with self._lock:
            units = folder.holding(path)
            about = folder.forget_others(path, units)
            about |= folder.judge(units[0]) if units else set()
        self._tell(folder, {*map(folder.root.joinpath, about), path})
        self._behind.update({(folder.root, name_of(unit)): (folder, unit) for unit in units[1:]})

    def _judge_behind(self) -> None:
        """Judge one of the units for which there was no time before."""
        with self._lock:
            if self._behind:
                key = next(iter(self._behind))
                task: tuple[Folder, Unit] | None = self._behind.pop(key)
            else:
                task = self._indexing.next()
            if task is None or task[0].root not in self.folders:
                return
            folder, unit = task
            about = folder.judge(unit)
        self._tell(folder, set(map(folder.root.joinpath, about)))

    def tell_progress(self, token: str, said: object) -> None:
        """Tell the client how far the indexing is, where it has said that it shows such things."""
        window = self.client_capabilities.window
        if window is None or not window.work_done_progress:
            return
        if isinstance(said, types.WorkDoneProgressBegin):
            self.work_done_progress.create(token)
            self.work_done_progress.begin(token, said)
        elif isinstance(said, types.WorkDoneProgressReport):
            self.work_done_progress.report(token, said)
        elif isinstance(said, types.WorkDoneProgressEnd):
            self.work_done_progress.end(token, said)

    def _tell(self, folder: Folder, about: set[Path]) -> None:
        with self._lock:
            told = {each: showing.diagnostics(folder, each) for each in about}
            shown = self._shown.setdefault(folder.root, set())
            shown |= about
        for each, diagnostics in told.items():
            self._publish(each, diagnostics)

    def _publish(self, path: Path, diagnostics: list[types.Diagnostic]) -> None:
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri_of(path), diagnostics))

    # Questions

    def findings_at(self, path: Path, at: types.Range) -> Iterable[tuple[Finding, Folder]]:
        """The findings whose marked place meets a range."""
        folder = self.folder_of(path)
        with self._lock:
            for finding in folder.findings_in(path):
                marked = range_of(finding.place)
                if marked.start.line <= at.end.line and at.start.line <= marked.end.line:
                    yield finding, folder


server = Stanchion()


@server.feature(types.INITIALIZED)
def initialized(ls: Stanchion, _: types.InitializedParams) -> None:
    """Take the client's folders in."""
    folders = ls.workspace.folders or {}
    roots = [path_of(folder.uri) for folder in folders.values()]
    if not roots and ls.workspace.root_path:
        roots = [Path(ls.workspace.root_path)]
    for root in roots:
        if root is not None:
            ls.add_folder(root)
            ls.index(root)


@server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
def folders_changed(ls: Stanchion, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Folders come and go."""
    for folder in params.event.removed:
        path = path_of(folder.uri)
        if path is not None:
            ls.remove_folder(path)
    for folder in params.event.added:
        path = path_of(folder.uri)
        if path is not None:
            ls.add_folder(path)
            ls.index(path)


def _text_changed(ls: Stanchion, uri: str, pause: float) -> None:
    path = path_of(uri)
    if path is None:
        return
    text = ls.workspace.get_text_document(uri).source
    folder = ls.folder_of(path)
    with ls._lock:
        folder.changed(path, text.removeprefix("\ufeff"))
    ls.want(path, pause)


@server.feature(types.TEXT_DOCUMENT_DID_OPEN)
def opened(ls: Stanchion, params: types.DidOpenTextDocumentParams) -> None:
    """A file is open: what the editor holds is its text."""
    _text_changed(ls, params.text_document.uri, 0.0)


@server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
def changed(ls: Stanchion, params: types.DidChangeTextDocumentParams) -> None:
    """Somebody types."""
    _text_changed(ls, params.text_document.uri, PAUSE)


@server.feature(types.TEXT_DOCUMENT_DID_SAVE)
def saved(ls: Stanchion, params: types.DidSaveTextDocumentParams) -> None:
    """A file was saved: it is judged at once. A configuration file is read anew."""
    path = path_of(params.text_document.uri)
    if path is not None and path.name in CONFIGURATIONS:
        ls.reload()
    _text_changed(ls, params.text_document.uri, 0.0)


@server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
def closed(ls: Stanchion, params: types.DidCloseTextDocumentParams) -> None:
    """A file was closed: what is on disk counts again."""
    path = path_of(params.text_document.uri)
    if path is not None:
        folder = ls.folder_of(path)
        with ls._lock:
            folder.changed(path, None)
        ls.want(path, PAUSE)


@server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
def watched(ls: Stanchion, params: types.DidChangeWatchedFilesParams) -> None:
    """Files changed on disk."""
    for event in params.changes:
        path = path_of(event.uri)
        if path is None:
            continue
        if path.name in CONFIGURATIONS:
            ls.reload()
            continue
        folder = ls.folder_of(path)
        with ls._lock:
            if path not in folder.tree.overlay:
                folder.changed(path, None)
        ls.want(path, PAUSE)


@server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
def configured(ls: Stanchion, _: types.DidChangeConfigurationParams) -> None:
    """The client's settings changed."""
    ls.reload()


@server.feature(types.TEXT_DOCUMENT_HOVER)
def hover(ls: Stanchion, params: types.HoverParams) -> types.Hover | None:
    """The policies behind what is marked here, and the value of the expression."""
    path = path_of(params.text_document.uri)
    if path is None:
        return None
    here = types.Range(params.position, params.position)
    parts = [showing.explained(finding.policy, finding.framework) for finding, _ in ls.findings_at(path, here)]
    parts = list(dict.fromkeys(parts))
    folder = ls.folder_of(path)
    marked: types.Range | None = None
    with ls._lock:
        source = folder.tree.source(path)
        if isinstance(source, Source):
            found = showing.value_at(list(folder.graphs_with(path)), source, offset(source, params.position))
            if found is not None:
                marked = range_of(found[0])
                parts.append(found[1])
    if not parts:
        return None
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, "\n\n---\n\n".join(parts)), marked)


@server.feature(
    types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
)
def code_actions(ls: Stanchion, params: types.CodeActionParams) -> list[types.CodeAction]:
    """For everything that is marked here, its fix where it has one, and a suppression."""
    path = path_of(params.text_document.uri)
    fixes: list[types.CodeAction] = []
    ignoring: list[types.CodeAction] = []
    for finding, folder in ls.findings_at(path, params.range) if path is not None else ():
        fix = folder.fix_of(finding)
        if fix is not None:
            fixes.append(showing.mending(fix))
        edit = showing.suppression(finding)
        if edit is not None:
            title = f"Ignore {finding.policy.id} here: {finding.policy.title}"
            ignoring.append(showing.action(title, params.text_document.uri, [edit]))
    return fixes + ignoring

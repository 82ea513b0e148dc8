"""How long an editor waits for marks after a save, over real stdio, beside `python -c pass`; memory over many edits.

    python benchmarks/editor.py [--corpus ../shared/corpus] [--saves 50] [--edits 1000]

A save is answered when the first marks for the saved file arrive. The file stands in a module that many roots call:
the nearest is judged first, the others follow while one reads on. Exit status 1 when a budget is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from queue import Empty, Queue
from typing import Any

MEDIAN_BUDGET_MS, P95_BUDGET_MS = 50.0, 100.0


class Client:
    """As much of a language client as the measurement needs."""

    def __init__(self, root: Path) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        command = [sys.executable, "-m", "stanchion", "lsp"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.messages: Queue[dict[str, Any]] = Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.send("initialize", {"processId": None, "rootUri": root.as_uri(), "capabilities": {}}, 1)
        self.until(lambda message: message.get("id") == 1)
        self.send("initialized", {})

    def send(self, method: str, params: dict[str, Any], number: int | None = None) -> None:
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method, "params": params}
        if number is not None:
            message["id"] = number
        data = json.dumps(message).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        self.process.stdin.flush()

    def _read(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while line := stream.readline():
            length = 0
            while line.strip():
                name, _, value = line.partition(b":")
                length = int(value) if name.lower() == b"content-length" else length
                line = stream.readline()
            self.messages.put(json.loads(stream.read(length)))

    def until(self, test: Any, seconds: float = 60.0) -> dict[str, Any]:
        end = time.monotonic() + seconds
        while True:
            message = self.messages.get(timeout=max(0.01, end - time.monotonic()))
            if test(message):
                return message

    def quiet(self, seconds: float = 0.5) -> None:
        """Wait until nothing more is said."""
        while True:
            try:
                self.messages.get(timeout=seconds)
            except Empty:
                return

    def memory(self) -> float:
        """Resident memory in MB."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) / 1024
        return 0.0


def saves(client: Client, path: Path, text: str, count: int) -> list[float]:
    """Milliseconds from each save to the first marks of the file."""
    times = []
    for number in range(count):
        edited = f"{text}# {number}\n"
        document = {"uri": path.as_uri(), "version": number + 2}
        client.send("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": edited}]})
        start = time.perf_counter()
        client.send("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})
        client.until(lambda m: (m.get("params") or {}).get("uri") == path.as_uri())
        times.append((time.perf_counter() - start) * 1000)
        client.quiet(0.2)
    return times


def floor(runs: int = 10) -> float:
    """The median of `python -c pass`, in milliseconds."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "pass"], check=True)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    here = Path(__file__).resolve().parent
    parser.add_argument("--corpus", type=Path, default=here.parent.parent / "shared" / "corpus")
    parser.add_argument("--saves", type=int, default=50)
    parser.add_argument("--edits", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch) / "vpc"
        shutil.copytree(options.corpus / "terraform-aws-vpc", root)
        client = Client(root)
        path = root / "main.tf"
        text = path.read_text(encoding="utf-8")
        item = {"uri": path.as_uri(), "languageId": "terraform", "version": 1, "text": text}
        client.send("textDocument/didOpen", {"textDocument": item})
        client.quiet(3.0)
        times = sorted(saves(client, path, text, options.saves))
        median, p95 = statistics.median(times), times[int(len(times) * 0.95)]
        print("| save in the vpc module | median | p95 | `python -c pass` | median as a ratio |\n|---|---|---|---|---|")
        base = floor()
        print(f"| first marks | {median:.0f} ms | {p95:.0f} ms | {base:.1f} ms | {median / base:.1f}x |")
        before = client.memory()
        for number in range(options.edits):
            document = {"uri": path.as_uri(), "version": 10_000 + number}
            change = [{"text": f"{text}# edit {number}\n"}]
            client.send("textDocument/didChange", {"textDocument": document, "contentChanges": change})
            if number % 10 == 9:
                time.sleep(0.25)
        client.quiet(3.0)
        print(f"\nmemory before and after {options.edits} edits: {before:.0f} MB, {client.memory():.0f} MB")
        client.process.kill()
    return 1 if median > MEDIAN_BUDGET_MS or p95 > P95_BUDGET_MS else 0


if __name__ == "__main__":
    sys.exit(main())

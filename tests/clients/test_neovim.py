"""Real Neovim, headless: the fault is marked at its place, and applying the fix takes the mark away."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(shutil.which("nvim") is None, reason="Neovim is not installed")

TRAIL = """\
resource "aws_cloudtrail" "audit" {
  name                       = "audit"
  s3_bucket_name             = "logs"
  enable_log_file_validation = false
}
"""
SCRIPT = """\
local python, out = ...
local function marks()
  local found = {}
  for _, mark in ipairs(vim.diagnostic.get(0)) do
    table.insert(found, {line = mark.lnum, column = mark.col, source = mark.source, message = mark.message})
  end
  return found
end
local function until_marks(test)
  return vim.wait(30000, function() return test(marks()) end, 50)
end
local client = vim.lsp.start_client({
  name = "stanchion", cmd = {python, "-m", "stanchion", "lsp"}, root_dir = vim.fn.getcwd(),
  workspace_folders = {{uri = vim.uri_from_fname(vim.fn.getcwd()), name = "work"}},
})
vim.lsp.buf_attach_client(0, client)
local report = {}
report.appeared = until_marks(function(found) return #found > 0 end)
report.marks = marks()
vim.api.nvim_win_set_cursor(0, {4, 4})
local params = vim.lsp.util.make_range_params()
params.context = {diagnostics = vim.lsp.diagnostic.get_line_diagnostics()}
local answers = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 10000) or {}
report.titles = {}
for _, answer in pairs(answers) do
  for _, action in ipairs(answer.result or {}) do
    table.insert(report.titles, action.title)
    if action.isPreferred then
      vim.lsp.util.apply_workspace_edit(action.edit, "utf-16")
    end
  end
end
report.text = vim.api.nvim_buf_get_lines(0, 0, -1, false)
report.gone = until_marks(function(found) return #found == 0 end)
local file = io.open(out, "w")
file:write(vim.fn.json_encode(report))
file:close()
vim.cmd("qall!")
"""


def test_the_squiggle_comes_and_goes_with_the_fix(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TRAIL, encoding="utf-8")
    (tmp_path / ".stanchion.toml").write_text('select = ["LOG101"]\n', encoding="utf-8")
    script, out = tmp_path / "drive.lua", tmp_path / "report.json"
    script.write_text(SCRIPT, encoding="utf-8")
    drive = f"lua loadfile([[{script}]])([[{sys.executable}]], [[{out}]])"
    done = subprocess.run(
        ["nvim", "--headless", "-u", "NONE", "main.tf", "-c", drive],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert out.exists(), done.stderr
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["appeared"], done.stderr
    (mark,) = report["marks"]
    assert (mark["line"], mark["column"], mark["source"]) == (3, 2, "stanchion")
    assert "does not validate its log files" in mark["message"]
    assert report["titles"][0] == "Mend LOG101: CloudTrail trail does not validate its log files"
    assert "\n".join(report["text"]) + "\n" == TRAIL.replace("= false", "= true")
    assert report["gone"]

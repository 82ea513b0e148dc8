"""Names that lead back to themselves end in an answer and not in an error."""

from __future__ import annotations

from pathlib import Path

from stanchion.run import RunOptions, run

POLICY = """
resource "aws_s3_bucket_policy" "a" {
  bucket = aws_s3_bucket.a.id
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = "*", Action = "s3:GetObject", Resource = "${aws_s3_bucket.a.arn}/*" }]
  })
}
"""
CIRCLE = """
resource "aws_s3_bucket" "a" {
  bucket = "${aws_s3_bucket.b.bucket}-a"
}
resource "aws_s3_bucket" "b" {
  bucket = "${aws_s3_bucket.a.bucket}-b"
}
"""
UNNAMED = """
variable "name" {}
resource "aws_s3_bucket" "a" {
  bucket = var.name
}
resource "aws_s3_bucket_public_access_block" "a" {
  bucket = aws_s3_bucket.a.id
}
"""


def test_two_names_made_of_each_other(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(CIRCLE + POLICY)
    outcome = run([tmp_path], RunOptions(select=("PUB110",)))
    assert [problem.message for problem in outcome.problems if problem.kind == "plugin"] == []
    assert [finding.resources[0] for finding in outcome.findings] == ["aws_s3_bucket_policy.a"]


def test_a_block_that_says_nothing_leaves_the_name_of_its_bucket(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(UNNAMED + POLICY)
    outcome = run([tmp_path], RunOptions(select=("PUB110", "PUB151")))
    assert [problem.message for problem in outcome.problems] == []
    assert sorted(finding.policy.id for finding in outcome.findings) == ["PUB110", "PUB151"]

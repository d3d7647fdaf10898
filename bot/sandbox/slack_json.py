"""The type of what is sent to and fro: one JSON object."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

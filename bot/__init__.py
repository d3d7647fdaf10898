"""Countersign: a finance bot that approves the routine, flags the suspicious, and waits for a human."""

import sys
from types import ModuleType
from typing import cast

__version__ = "0.2.0"

# redis-py imports OpenTelemetry's SDK wherever that is installed, for metrics of its own that nobody asked
# for: 40 ms and a megabyte of each process. With ``None`` here Python says that there is no such module.
# Traces, for which the SDK is installed, do without these metrics (``bot/config/otlp.py``).
sys.modules.setdefault("opentelemetry.sdk.metrics", cast(ModuleType, None))

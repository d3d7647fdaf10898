"""Countersign: a finance bot that approves the routine, flags the suspicious, and waits for a human."""

import sys
from types import ModuleType
from typing import cast

__version__ = "0.1.0"

# redis-py imports OpenTelemetry's SDK wherever that is installed, for metrics of its own that nobody asked
# for: 0.1 s of each start. With ``None`` here Python says that there is no such module. Traces, for which it
# is installed, do without (``bot/config/otlp.py``).
sys.modules.setdefault("opentelemetry.sdk.metrics", cast(ModuleType, None))

"""Traces, their spans, uploads, and the narrow tables that filters read.

Lists never read payload: inputs and outputs stand in spans alone, the trace keeps previews.
Every index and unique constraint starts with the project.
"""

from ..arrivals import models as arrivals
from ..datasets import models as datasets
from .feedback import LONGEST_EVALUATOR, ScoreName, TraceFeedback
from .lists import ChosenColumns, SavedView
from .narrow_tables import TraceAttribute, TraceQueue, TraceText
from .traces import LogEvent, Span, SpanKind, Status, Trace
from .uploads import RefusedRows, Upload

__all__ = [
    "LONGEST_EVALUATOR",
    "ChosenColumns",
    "LogEvent",
    "RefusedRows",
    "SavedView",
    "ScoreName",
    "Span",
    "SpanKind",
    "Status",
    "Trace",
    "TraceAttribute",
    "TraceFeedback",
    "TraceQueue",
    "TraceText",
    "Upload",
    "arrivals",
    "datasets",
]

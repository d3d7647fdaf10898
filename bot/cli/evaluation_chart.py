"""The figures of ``countersign eval`` as one picture; needs matplotlib, which the bot itself does not."""

from pathlib import Path
from typing import Any

from bot.evaluation import EvaluationReport, KindTotal, ViolationGroup

COLOURS = {
    ViolationGroup.RULE: "#2a6f4e",
    ViolationGroup.CLAIM: "#1f4e79",
    ViolationGroup.MODEL: "#b3541e",
    ViolationGroup.OUTSIDE_THRESHOLDS: "#8a8a8a",
}


def draw(report: EvaluationReport, file: Path) -> None:
    """Bars of recall by kind, and beside them the false alarms; a PNG whatever the file is called."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    kinds = list(reversed(report.kinds))
    figure, (recall, alarms) = pyplot.subplots(
        1, 2, figsize=(11, 0.27 * len(kinds) + 1.9), sharey=True, width_ratios=(5, 2), layout="constrained"
    )
    _recall(recall, kinds, report)
    _alarms(alarms, kinds)
    clean = sum(file.judged for file in report.files)
    figure.suptitle(
        f"What is found of planted violations: {len(report.files)} files, {clean:,} clean rows, "
        f"judged by {report.judged_by}",
        fontsize=12,
        fontweight="bold",
    )
    figure.savefig(file, format="png", dpi=90)
    pyplot.close(figure)


def _recall(axes: Any, kinds: list[KindTotal], report: EvaluationReport) -> None:
    with_model = {total.kind: total for total in report.asked.kinds} if report.asked else {}
    names = [total.kind for total in kinds]
    for total in kinds:
        both = with_model.get(total.kind)
        if both is not None and both.planted:
            axes.barh(total.kind, 100 * both.found / both.planted, color=COLOURS[total.group], alpha=0.35)
        part = 100 * (total.recall or 0)
        axes.barh(total.kind, part, color=COLOURS[total.group])
        shown = "none planted" if total.recall is None else f"{part:.0f} %"
        inside = part > 12
        axes.annotate(
            shown,
            (part, total.kind),
            xytext=(-4 if inside else 4, 0),
            textcoords="offset points",
            ha="right" if inside else "left",
            va="center",
            fontsize=8,
            color="white" if inside else "black",
        )
    axes.set(xlim=(0, 100), ylim=(-0.6, len(names) - 0.4), xlabel="found, % of planted rows")
    axes.axvline(95, color="black", linewidth=0.8, linestyle=":")
    marks = [_patch(colour) for colour in COLOURS.values()]
    labels = [group.value for group in COLOURS]
    if with_model:
        marks, labels = [*marks, _patch("#888888", 0.35)], [*labels, "with the model"]
    axes.legend(marks, labels, loc="lower right", fontsize=8, framealpha=1)
    _plain(axes)


def _alarms(axes: Any, kinds: list[KindTotal]) -> None:
    for total in kinds:
        axes.barh(total.kind, total.alarms_per_1000, color=COLOURS[total.group], alpha=0.7)
        axes.annotate(
            f"{total.alarms_per_1000:.1f}",
            (total.alarms_per_1000, total.kind),
            xytext=(4, 0),
            textcoords="offset points",
            va="center",
            fontsize=8,
        )
    most = max((total.alarms_per_1000 for total in kinds), default=0)
    axes.set(xlim=(0, max(most * 1.25, 1)), xlabel="false alarms per 1,000")
    _plain(axes)


def _patch(colour: str, alpha: float = 1.0) -> Any:
    from matplotlib.patches import Patch

    return Patch(color=colour, alpha=alpha)


def _plain(axes: Any) -> None:
    axes.tick_params(axis="y", length=0, labelsize=9)
    axes.spines[["top", "right", "left"]].set_visible(False)

"""A bar chart for the server to draw: horizontal bars in the units of a viewBox as wide as a telephone."""

from dataclasses import dataclass

from danvan.text.numbers import format_int

WIDTH = 340
FILLS = ("#b91c1c", "#1d4ed8")
_LEFT, _RIGHT = 44, 48  # room for the label before the bars and for the number behind them
_TOP, _PITCH, _GAP, _LEGEND = 30, 18, 12, 120


@dataclass(frozen=True)
class Bar:
    """One bar, or its sample in the legend. Coordinates are whole: no decimal comma gets into the drawing."""

    title: str
    text: str
    fill: str
    x: int
    y: int
    width: int

    height = 14

    @property
    def text_x(self):
        return self.x + self.width + 5

    @property
    def text_y(self):
        return self.y + 12


@dataclass(frozen=True)
class Group:
    label: str
    label_y: int
    bars: list[Bar]


@dataclass(frozen=True)
class Chart:
    legend: list[Bar]
    groups: list[Group]
    height: int

    width = WIDTH


def chart_of(lines, series):
    """Return the Chart of *lines*: a group each, with a bar for every attribute of the line that *series* names.

    *series* gives at most two attributes their titles. The longest bar fills the width.
    """
    longest = max((getattr(line, name) for line in lines for name in series), default=0) or 1
    colours = dict(zip(series, FILLS, strict=False))
    legend = [
        Bar(title, title, colours[name], place * _LEGEND, 4, width=14)
        for place, (name, title) in enumerate(series.items())
    ]
    groups, top = [], _TOP
    for line in lines:
        bars = []
        for place, (name, title) in enumerate(series.items()):
            count = getattr(line, name)
            width = round(count / longest * (WIDTH - _LEFT - _RIGHT))
            bars.append(Bar(title, format_int(count), colours[name], _LEFT, top + place * _PITCH, width))
        groups.append(Group(str(line.label), top + len(series) * _PITCH // 2 + 2, bars))
        top += len(series) * _PITCH + _GAP
    return Chart(legend, groups, top)

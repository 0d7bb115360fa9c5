#!/usr/bin/env python3
"""selectors_plot.py RESULT.json > docs/selectors.svg: draws what selectors_bench --benchmark_format=json says.

Prints the table for bench/README.md on stderr. Of repetitions the median counts.
"""

import json
import math
import re
import statistics
import sys

WIDTH, HEIGHT, LEFT, TOP, PLOT_W, PLOT_H = 720, 420, 80, 40, 600, 310
COLOURS = {"select": "#c0392b", "poll": "#b9770e", "epoll": "#1f618d"}
CONNECTIONS = (10, 100, 1000, 10000)


def read(path):
    """{(kind, connections, active): ns an event}"""
    runs = {}
    with open(path) as file:
        for run in json.load(file)["benchmarks"]:
            if run["run_type"] != "iteration":
                continue
            kind, connections, active = re.match(r"(\w+)/connections:(\d+)/active:(\d+)", run["name"]).groups()
            runs.setdefault((kind, int(connections), int(active)), []).append(run["event"] * 1e9)
    return {key: statistics.median(values) for key, values in runs.items()}


def x_of(connections):
    return LEFT + PLOT_W * math.log10(connections / 10) / 3


def y_of(nanoseconds, low, high):
    return TOP + PLOT_H * (1 - math.log10(nanoseconds / low) / math.log10(high / low))


def draw(cost):
    low = 10 ** math.floor(math.log10(min(cost.values())))
    high = 10 ** math.ceil(math.log10(max(cost.values())))
    out = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" '
           'font-size="13">',
           f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
           f'<text x="{LEFT}" y="22" font-size="14">CPU time to learn of a ready connection: full lines 10 active, '
           'dashed all active</text>']
    decade = low
    while decade <= high:
        y = y_of(decade, low, high)
        label = f"{decade:g} ns" if decade < 1000 else f"{decade / 1000:g} µs"
        out.append(f'<line x1="{LEFT}" x2="{LEFT + PLOT_W}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        out.append(f'<text x="{LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
        decade *= 10
    for connections in CONNECTIONS:
        out.append(f'<text x="{x_of(connections):.1f}" y="{TOP + PLOT_H + 20}" text-anchor="middle">'
                   f"{connections:,}</text>")
    out.append(f'<text x="{LEFT + PLOT_W / 2}" y="{TOP + PLOT_H + 42}" text-anchor="middle">connections</text>')
    for i, (kind, colour) in enumerate(COLOURS.items()):
        for all_active in (False, True):
            points = [(x_of(n), y_of(cost[kind, n, a], low, high)) for n in CONNECTIONS
                      for a in [n if all_active else 10] if (kind, n, a) in cost]
            dash = ' stroke-dasharray="6 4"' if all_active else ""
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            out.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"{dash}/>')
            out += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        y = TOP + 16 + 20 * i
        out.append(f'<line x1="{LEFT + 16}" x2="{LEFT + 46}" y1="{y - 4}" y2="{y - 4}" stroke="{colour}" '
                   f'stroke-width="2"/><text x="{LEFT + 54}" y="{y}">{kind}</text>')
    return "\n".join(out + ["</svg>"]) + "\n"


def table(cost):
    def cell(kind, n, active):
        return f"{cost[kind, n, active]:,.0f}" if (kind, n, active) in cost else "n/a"

    lines = ["| connections | active | select | poll | epoll |", "|---|---|---|---|---|"]
    for n in CONNECTIONS:
        for active in sorted({10, n}):
            cells = " | ".join(cell(kind, n, active) for kind in COLOURS)
            lines.append(f"| {n:,} | {'all' if active == n else active} | {cells} |")
    return "\n".join(lines)


if len(sys.argv) != 2:
    sys.exit(__doc__)
measured = read(sys.argv[1])
print(table(measured), file=sys.stderr)
sys.stdout.write(draw(measured))

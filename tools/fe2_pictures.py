# SPDX-License-Identifier: LGPL-2.1-or-later
"""Draws fields on deformed meshes and curves with matplotlib; used by tools/report."""
import base64
import io
import re
import struct

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.colors import Normalize
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator
from mpl_toolkits.mplot3d.art3d import Poly3DCollection
import numpy as np

plt.rcParams.update({
    "font.size": 9, "axes.titlesize": 9.5, "axes.titleweight": "bold", "axes.spines.top": False, "axes.spines.right": False,
    "axes.grid": True, "grid.alpha": 0.25, "grid.linewidth": 0.6, "axes.edgecolor": "#5b6472", "axes.linewidth": 0.7,
    "axes.labelcolor": "#333a45", "xtick.color": "#5b6472", "ytick.color": "#5b6472", "legend.frameon": False,
    "legend.fontsize": 8, "lines.linewidth": 1.5, "lines.markersize": 3, "figure.dpi": 100, "axes.formatter.limits": (-4, 5),
    "axes.formatter.useoffset": False,
    "axes.prop_cycle": plt.cycler(color=["#1f5fa8", "#d1495b", "#2a9d63", "#e09f3e", "#7b5ea7", "#17868f", "#8c564b", "#6c757d"]),
})

PHASE_COLORS = ["#c9d6e4", "#2f5d8a", "#e09f3e", "#7fb285", "#b5495b", "#8d7fb8", "#b08968", "#5f9ea0"]
MOST_EDGES = 20000
DPI = 130


class Image:
    """A picture as address of an img element, and its width on the page."""

    def __init__(self, figure, kind, tight=True):
        buffer = io.BytesIO()
        figure.savefig(buffer, format=kind, dpi=DPI, bbox_inches="tight" if tight else None, pad_inches=0.06)
        plt.close(figure)
        data = buffer.getvalue()
        if kind == "png":
            inches = struct.unpack(">I", data[16:20])[0] / DPI
        else:
            inches = float(re.search(rb'width="([\d.]+)pt"', data).group(1)) / 72
        self.width = round(96 * inches)
        self.source = "data:image/%s;base64,%s" % ("svg+xml" if kind == "svg" else kind, base64.b64encode(data).decode())


# ---- curves


class Panel:
    """One diagram: lines (label, x, y) with titles of the axes."""

    def __init__(self, title, xlabel, ylabel, lines, xlog=False, ylog=False, whole=False, counts=False):
        self.title, self.xlabel, self.ylabel, self.lines = title, xlabel, ylabel, lines
        self.xlog, self.ylog, self.whole, self.counts = xlog, ylog, whole, counts

    def draw(self, axes):
        for i, (label, x, y) in enumerate(self.lines):
            shown = np.isfinite(x) & np.isfinite(y) & (x > 0 if self.xlog else True) & (y > 0 if self.ylog else True)
            style = "" if shown.sum() > 80 else "o"
            # Of lines that are alike both shall be seen.
            hidden = any(alike(x, a) and alike(y, b) for _, a, b in self.lines[:i])
            axes.plot(x[shown], y[shown], marker=style, label=label, linestyle="--" if hidden else "-")
        if self.xlog:
            axes.set_xscale("log")
        if self.ylog:
            axes.set_yscale("log")
        axes.set_title(self.title)
        axes.set_xlabel(self.xlabel)
        axes.set_ylabel(self.ylabel)
        if self.whole:
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        if self.counts:
            axes.yaxis.set_major_locator(MaxNLocator(integer=True))
            axes.set_ylim(bottom=0)
        if len(self.lines) > 1 or self.lines[0][0] not in ("", self.title):
            axes.legend(ncol=2 if len(self.lines) > 4 else 1)

    def size(self):
        return sum(len(x) for _, x, _ in self.lines)


class ScatterPanel(Panel):
    """Points, with mean and standard deviation of those that stand one above the other."""

    def draw(self, axes):
        _, x, y = self.lines[0]
        shown = np.isfinite(x) & np.isfinite(y)
        x, y = x[shown], y[shown]
        places = np.unique(x)
        groups = [y[x == p] for p in places]
        spread = [g.std(ddof=1) if len(g) > 1 else 0 for g in groups]
        axes.plot(x, y, "o", color="#8fa9c4", markersize=4.5)
        axes.errorbar(places, [g.mean() for g in groups], spread, color="#d1495b", capsize=3, marker="_")
        axes.set_title(self.title)
        axes.set_xlabel(self.xlabel)
        axes.set_ylabel(self.ylabel)


def alike(a, b):
    return len(a) == len(b) and np.allclose(a, b, rtol=5e-3, equal_nan=True)


def draw_panels(panels, columns=3):
    columns = 2 if len(panels) == 4 else min(columns, len(panels))
    n_rows = -(-len(panels) // columns)
    figure, axes = plt.subplots(n_rows, columns, figsize=(3.9 * columns, 2.9 * n_rows), squeeze=False)
    for panel, a in zip(panels, axes.flat):
        panel.draw(a)
    for a in axes.flat[len(panels) :]:
        a.set_axis_off()
    figure.tight_layout()
    return Image(figure, "svg" if sum(p.size() for p in panels) < 8000 else "png")


def entry(x, largest):
    if abs(x) < 1e-9 * largest:
        return "0"
    return "%.0f" % x if 1e4 <= abs(x) < 1e7 else "%.4g" % x


def draw_matrix(matrix, names, label):
    """Heat map with the numbers in it; colours by the sign and the root, so that small entries are seen."""
    figure, axes = plt.subplots(figsize=(5.4, 4.4))
    shown = np.sign(matrix) * np.sqrt(np.abs(matrix))
    largest = np.abs(shown).max() or 1
    axes.imshow(shown, cmap="RdBu_r", vmin=-largest, vmax=largest)
    for i, j in np.ndindex(matrix.shape):
        dark = abs(shown[i, j]) > 0.65 * largest
        text = entry(matrix[i, j], np.abs(matrix).max())
        axes.text(j, i, text, ha="center", va="center", fontsize=8, color="white" if dark else "#222")
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    axes.grid(False)
    axes.spines[:].set_visible(False)
    axes.tick_params(length=0)
    axes.set_title(label)
    return Image(figure, "svg")


# ---- fields


class FieldPanel:
    """Values of the cells of a grid. `phases` (number to name) makes them colours with a legend instead of a scale."""

    def __init__(self, title, grid, values, label="", cmap="viridis", limits=None, phases=None, keep=None, marks=(),
                 bar=True):
        self.title, self.grid, self.values, self.label, self.cmap = title, grid, values, label, cmap
        self.phases, self.keep, self.marks, self.bar = phases, keep, marks, bar
        low, high = limits or (values.min(), values.max())
        if high - low <= 1e-9 * max(abs(low), abs(high)):
            low, high = low - (0.1 * abs(low) or 1), high + (0.1 * abs(high) or 1)
        self.norm = Normalize(low, high)

    def colors(self):
        if self.phases is None:
            return plt.get_cmap(self.cmap)(self.norm(self.values))
        order = {p: i for i, p in enumerate(sorted(self.phases))}
        return np.array([matplotlib.colors.to_rgba(phase_color(order[int(v)], len(order))) for v in self.values])

    def draw(self, figure, frame, place):
        axes = frame.axes(figure, place)
        frame.draw(axes, self)
        figure.text(*place.above(figure), self.title, ha="center", va="bottom", weight="bold", fontsize=9.5)
        if self.phases is None and self.bar:
            self.draw_bar(figure, place)
        elif self.phases is not None and len(self.phases) <= 12:
            self.draw_legend(figure, place)

    def draw_bar(self, figure, place):
        bar = figure.colorbar(plt.cm.ScalarMappable(self.norm, self.cmap), cax=place.beside(figure))
        bar.formatter.set_powerlimits((-2, 4))
        bar.set_label(self.label)
        bar.outline.set_visible(False)

    def draw_legend(self, figure, place):
        n = len(self.phases)
        patches = [Patch(color=phase_color(i, n), label=self.phases[p]) for i, p in enumerate(sorted(self.phases))]
        corner = place.corner(figure)
        figure.legend(handles=patches, loc="upper left", bbox_to_anchor=corner, fontsize=8.5, handlelength=1.2)


class HistogramPanel:
    """How many cells have which value."""

    def __init__(self, title, label, values):
        self.title, self.label, self.values = title, label, values

    def draw(self, figure, frame, place):
        axes = place.box(figure, 2.6)
        bins = min(40, max(8, int(np.sqrt(len(self.values)))))
        axes.hist(self.values, bins=bins, color="#1f5fa8", edgecolor="white", linewidth=0.4)
        axes.axvline(self.values.mean(), color="#d1495b", linewidth=1.2)
        axes.set_title("%s (red: mean %.3g)" % (self.title, self.values.mean()))
        axes.set_xlabel(self.label)
        axes.set_ylabel("cells")
        axes.xaxis.set_major_locator(MaxNLocator(6))
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))


def phase_color(i, n):
    return PHASE_COLORS[i] if n <= len(PHASE_COLORS) else plt.get_cmap("turbo")(i / (n - 1))


class Place:
    """Where a panel stands, in inches: the drawing of `width` and `height` with room for labels and scale around."""

    LEFT, RIGHT, BOTTOM, TOP = 0.62, 0.95, 0.52, 0.34

    def __init__(self, x, y, room, width, height):
        self.x = x + self.LEFT + (room - self.LEFT - self.RIGHT - width) / 2
        self.y, self.width, self.height, self.room = y + self.BOTTOM, width, height, room
        self.left = x

    def rectangle(self, figure, x, y, width, height):
        w, h = figure.get_size_inches()
        return [x / w, y / h, width / w, height / h]

    def rect(self, figure):
        return self.rectangle(figure, self.x, self.y, self.width, self.height)

    def square(self, figure, side, shift):
        """About the middle, moved by `shift`."""
        x, y = self.x + (self.width - side) / 2 + shift[0], self.y + (self.height - side) / 2 + shift[1]
        return self.rectangle(figure, x, y, side, side)

    def beside(self, figure):
        height = min(max(0.86 * self.height, min(1.15, self.height + 0.6)), 3.2)
        x, y = self.x + self.width + 0.15, self.y + (self.height - height) / 2
        return figure.add_axes(self.rectangle(figure, x, y, 0.13, height))

    def above(self, figure):
        return self.rectangle(figure, self.x + self.width / 2, self.y + self.height + 0.08, 0, 0)[:2]

    def below(self, figure, size):
        return figure.add_axes(self.rectangle(figure, self.x - size / 2, self.y - size / 2, size, size))

    def corner(self, figure):
        return self.rectangle(figure, self.x + self.width + 0.02, self.y + self.height, 0, 0)[:2]

    def box(self, figure, height):
        height = min(height, self.height)
        width = self.room - self.LEFT - 0.35
        return figure.add_axes(self.rectangle(figure, self.left + self.LEFT, self.y + (self.height - height) / 2, width, height))


def draw_fields(panels, scale, axis_labels, columns=2, outline=True):
    """Deformed meshes with displacements times `scale`, all in one frame."""
    frame = (Frame2D if panels[0].grid.dim == 2 else Frame3D)(panels, scale, axis_labels, outline)
    columns = min(columns, len(panels))
    n_rows = -(-len(panels) // columns)
    room = 11.6 / max(columns, 2)
    width, height = frame.fit(room - Place.LEFT - Place.RIGHT)
    step = height + Place.BOTTOM + Place.TOP
    figure = plt.figure(figsize=(room * columns, step * n_rows))
    for i, panel in enumerate(panels):
        panel.draw(figure, frame, Place(i % columns * room, (n_rows - 1 - i // columns) * step, room, width, height))
    return Image(figure, "png", tight=False)


class Frame:
    """What the panels of a figure have in common."""

    def __init__(self, panels, scale, labels, outline):
        self.scale, self.labels, self.outline = scale, labels, outline
        fields = [p for p in panels if isinstance(p, FieldPanel)]
        self.grid = fields[0].grid
        self.points = np.concatenate([self.deformed(p.grid) for p in fields] + ([self.grid.points] if outline else []))
        self.low, self.high = self.points.min(axis=0), self.points.max(axis=0)

    def deformed(self, grid):
        return grid.points + self.scale * grid.displacement()


def edge_width(n):
    return 0 if n > MOST_EDGES else 0.1 if n > 5000 else 0.18 if n > 1500 else 0.3


class Frame2D(Frame):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        margin = 0.02 * (self.high - self.low)[:2].max()
        self.low, self.high = self.low[:2] - margin, self.high[:2] + margin

    def fit(self, width):
        ratio = np.divide(*(self.high - self.low)[::-1])
        height = min(width * ratio, 1.1 * width)
        return height / ratio, max(height, 0.3)

    def axes(self, figure, place):
        axes = figure.add_axes(place.rect(figure))
        axes.set_xlim(self.low[0], self.high[0])
        axes.set_ylim(self.low[1], self.high[1])
        axes.set_aspect("equal")
        axes.grid(False)
        axes.set_xlabel(self.labels[0])
        axes.set_ylabel(self.labels[1])
        return axes

    def draw(self, axes, panel):
        grid, colors = panel.grid, panel.colors()
        points = self.deformed(grid)[:, :2]
        width = edge_width(grid.n_cells)
        for nodes, cells in grid.polygons():
            axes.add_collection(PolyCollection(points[nodes], facecolors=colors[cells], linewidths=width or 0.3,
                                               edgecolors=(0, 0, 0, 0.45) if width else colors[cells]))
        if self.outline and self.scale > 0:
            axes.add_collection(LineCollection(grid.points[grid.rim()][:, :, :2], colors="#9aa3b0", linewidths=0.9))
        for name, place in panel.marks:
            self.mark(axes, name, points[np.argmin(((grid.points - place) ** 2).sum(axis=1))])

    def mark(self, axes, name, x):
        axes.plot(*x, "o", markersize=5, markerfacecolor="none", markeredgecolor="#d1495b", markeredgewidth=1.4)
        left = x[0] > 0.2 * self.low[0] + 0.8 * self.high[0]
        axes.annotate(name, x, xytext=(-5 if left else 5, 5), ha="right" if left else "left", textcoords="offset points",
                      fontsize=8, color="#d1495b", weight="bold")


class Frame3D(Frame):
    """Seen along a fixed direction. y is drawn upwards, as the generated shapes lie in x and y: matplotlib gets z, x, y."""

    EYE = np.array([0.45, 0.42, 0.79]) / np.linalg.norm([0.45, 0.42, 0.79])
    LIGHT = np.array([0.25, 0.85, 0.46])
    ORDER = [2, 0, 1]

    def __init__(self, panels, scale, labels, outline):
        super().__init__(panels, scale, labels, outline=False)
        self.reach = np.maximum(self.high - self.low, 0.02 * (self.high - self.low).max())
        right = np.cross([0, 1, 0], self.EYE)
        right /= np.linalg.norm(right)
        self.view = np.stack([right, np.cross(self.EYE, right)])
        seen = self.points @ self.view.T
        self.seen = np.maximum(np.ptp(seen, axis=0), 1e-300)
        # matplotlib puts the middle of the box into the middle of its square.
        self.shift = self.view @ (self.low + self.reach / 2) - (seen.min(axis=0) + seen.max(axis=0)) / 2

    def fit(self, width):
        ratio = self.seen[1] / self.seen[0]
        width -= 0.15
        height = min(width * ratio, width)
        return height / ratio, max(height, 0.8)

    def axes(self, figure, place):
        scale = min(place.width / self.seen[0], place.height / self.seen[1])
        axes = figure.add_axes(place.square(figure, scale * np.linalg.norm(self.reach), scale * self.shift), projection="3d")
        axes.set_axis_off()
        axes.patch.set_visible(False)
        axes.set_proj_type("ortho")
        axes.view_init(np.degrees(np.arcsin(self.EYE[1])), np.degrees(np.arctan2(self.EYE[0], self.EYE[2])))
        axes.set_box_aspect(self.reach[self.ORDER])  # its diagonal is as long as the side of the square
        for set_limits, d in zip((axes.set_xlim, axes.set_ylim, axes.set_zlim), self.ORDER):
            set_limits(self.low[d], self.low[d] + self.reach[d])
        self.draw_directions(place.below(figure, 0.8))
        return axes

    def draw_directions(self, axes):
        """Of the axes: those of matplotlib's own box get into each other where a body is thin."""
        axes.set_xlim(-1, 1)
        axes.set_ylim(-1, 1)
        axes.set_axis_off()
        for x, y, label in zip(*self.view, self.labels):
            arrow = {"arrowstyle": "-|>", "color": "#5b6472", "lw": 1, "shrinkA": 0, "shrinkB": 0}
            axes.annotate("", (0.75 * x, 0.75 * y), (0, 0), arrowprops=arrow)
            axes.text(0.95 * x, 0.95 * y, label, ha="center", va="center", fontsize=8.5, color="#5b6472")

    def draw(self, axes, panel):
        grid, colors = panel.grid, panel.colors()
        deformed, centres = self.deformed(grid), grid.centres()
        polygons, facecolors = [], []
        for nodes, cells in grid.polygons(panel.keep):
            normals = outward_normals(grid.points[nodes], centres[cells], deformed[nodes])
            # What faces away is hidden anyway, and would only confuse the painter's order.
            seen = normals @ self.EYE > 0
            light = 0.78 + 0.22 * np.abs(normals[seen] @ self.LIGHT)
            polygons += list(deformed[nodes[seen]][:, :, self.ORDER])
            facecolors.append(np.hstack([colors[cells[seen], :3] * light[:, None], np.ones((seen.sum(), 1))]))
        width = edge_width(len(polygons))
        facecolors = np.concatenate(facecolors)
        axes.add_collection3d(Poly3DCollection(polygons, facecolors=facecolors, linewidths=width or 0.2,
                                               edgecolors=(0, 0, 0, 0.5) if width else facecolors))


def outward_normals(undeformed, centres, deformed):
    """Of deformed polygons; which side is out is told by the cell."""
    sides = np.sign(np.einsum("ij,ij->i", area_vectors(undeformed), undeformed.mean(axis=1) - centres))
    normals = area_vectors(deformed) * sides[:, None]
    return normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-300)


def area_vectors(polygons):
    relative = polygons - polygons.mean(axis=1, keepdims=True)
    return np.cross(relative, np.roll(relative, -1, axis=1)).sum(axis=1)

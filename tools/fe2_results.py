# SPDX-License-Identifier: LGPL-2.1-or-later
"""Reads what fe2 writes into a result folder: tables, parameters, fields of both scales. Used by the scripts here."""
import base64
import csv
import glob
import math
import os
import re
import xml.etree.ElementTree as xml
import zlib
from collections import namedtuple

import h5py
import numpy as np

# ---- tables and parameters


class Table:
    """Named columns (numbers, or texts where one is not a number) and the comment in the head of a CSV file."""

    def __init__(self, comment, names, rows):
        self.comment, self.names, self.rows = comment, names, rows
        self.columns = {n: numbers([r[i] for r in rows]) for i, n in enumerate(names)}

    def __getitem__(self, name):
        return self.columns[name]

    def __contains__(self, name):
        return name in self.columns

    def is_numeric(self, name):
        return self.columns[name].dtype.kind == "f"

    @property
    def units(self):
        found = re.search(r"units:\s*([^;]*)", self.comment)
        return found.group(1).strip() if found else ""


def numbers(words):
    try:
        return np.array([float(w) if w.strip() else math.nan for w in words])
    except ValueError:
        return np.array(words, dtype=str)


def read_lines(file):
    if not os.path.isfile(file):
        return []
    with open(file, errors="replace") as text:
        return text.read().splitlines()


def read_table(file):
    """None where there is no such file or no row."""
    text = [l for l in read_lines(file) if l.strip()]
    comment = " ".join(l.lstrip("# ").strip() for l in text if l.startswith("#"))
    rows = list(csv.reader(l for l in text if not l.startswith("#")))
    if not rows:
        return None
    # The last row of a run that goes on may be cut off.
    whole = [[w.strip() for w in r] for r in rows[1:] if len(r) == len(rows[0])]
    return Table(comment, [n.strip() for n in rows[0]], whole) if whole else None


Entry = namedtuple("Entry", "value given")


def read_parameters(file):
    """'Section/Entry' to Entry; defaults (commented out in the resolved file) are not `given`."""
    entries, path = {}, []
    for line in map(str.strip, read_lines(file)):
        found = re.match(r"(# )?set ([^=]+?) *=(.*)", line)
        if line.startswith("subsection "):
            path.append(line[len("subsection "):].strip())
        elif line == "end" and path:
            path.pop()
        elif found:
            entries["/".join(path + [found.group(2)])] = Entry(found.group(3).strip(), found.group(1) is None)
    return entries


# ---- meshes with fields

# `faces` are outlines, in local node numbers; a cell in two dimensions has one.
Shape = namedtuple("Shape", "dim corners faces")
Block = namedtuple("Block", "shape nodes cells")

TETRAHEDRON_FACES = [(0, 2, 1), (0, 1, 3), (1, 2, 3), (0, 3, 2)]
HEXAHEDRON_FACES = [(0, 3, 2, 1), (4, 5, 6, 7), (0, 1, 5, 4), (1, 2, 6, 5), (2, 3, 7, 6), (3, 0, 4, 7)]


def vtk_shape(kind, n_nodes):
    """Cell types of VTK; three-dimensional ones are drawn by their corners."""
    if kind in (5, 9):
        return Shape(2, range(n_nodes), [tuple(range(n_nodes))])
    if kind == 22:
        return Shape(2, range(3), [(0, 3, 1, 4, 2, 5)])
    if kind in (23, 28):
        return Shape(2, range(4), [(0, 4, 1, 5, 2, 6, 3, 7)])
    if kind == 69:
        return Shape(2, range(3), [lagrange_outline(3, triangle_order(n_nodes))])
    if kind == 70:
        return Shape(2, range(4), [lagrange_outline(4, math.isqrt(n_nodes) - 1)])
    if kind in (10, 24, 71):
        return Shape(3, range(4), TETRAHEDRON_FACES)
    if kind in (12, 25, 29, 72):
        return Shape(3, range(8), HEXAHEDRON_FACES)
    raise ValueError("VTK cell type %d is not known" % kind)


def triangle_order(n_nodes):
    return (math.isqrt(8 * n_nodes + 1) - 3) // 2


def lagrange_outline(corners, order):
    outline, inner = [], order - 1
    for edge in range(corners):
        between = [corners + edge * inner + i for i in range(inner)]
        # VTK numbers the nodes on two edges of a quadrilateral against the way round.
        outline += [edge] + (between[::-1] if corners == 4 and edge >= 2 else between)
    return tuple(outline)


def patch_shape(dim, n):
    """A cell of n^dim subcells with its (n + 1)^dim nodes in lexicographic order, as deal.II writes cells of degree n."""
    m = n + 1

    def rim(origin, a, b):
        corners = [0, n * a, n * (a + b), n * b]
        steps = [a, b, -a, -b]
        return tuple(origin + c + i * s for c, s in zip(corners, steps) for i in range(n))

    if dim == 2:
        return Shape(2, (0, n, n * m + n, n * m), [rim(0, 1, m)])
    strides = [1, m, m * m]
    faces = [rim(side * n * strides[d], strides[(d + 1) % 3], strides[(d + 2) % 3]) for d in range(3) for side in (0, 1)]
    corners = [n * (i + j * m + k * m * m) for k in (0, 1) for j in (0, 1) for i in (0, 1)]
    return Shape(3, corners, faces)


class Grid:
    """Cells, and fields by nodes or by cells (each an array of rows)."""

    def __init__(self, points, blocks, point_data, cell_data):
        self.points = np.hstack([points, np.zeros((len(points), 3 - points.shape[1]))])
        self.blocks, self.point_data, self.cell_data = blocks, point_data, cell_data
        self.n_cells = sum(len(b.cells) for b in blocks)
        self.dim = max((b.shape.dim for b in blocks), default=2)

    def names(self):
        return set(self.point_data) | set(self.cell_data)

    def by_cell(self, name):
        """A row for each cell: its value, or the mean of its corners."""
        if name in self.cell_data:
            return self.cell_data[name]
        values = self.point_data[name]
        result = np.empty((self.n_cells, values.shape[1]))
        for block in self.blocks:
            result[block.cells] = values[block.nodes[:, block.shape.corners]].mean(axis=1)
        return result

    def scalar(self, name):
        return self.by_cell(name)[:, 0]

    def centres(self):
        result = np.empty((self.n_cells, 3))
        for block in self.blocks:
            result[block.cells] = self.points[block.nodes[:, block.shape.corners]].mean(axis=1)
        return result

    def displacement(self):
        """Of the nodes, three components; zero where the file has none."""
        if "displacement" in self.point_data:
            u = self.point_data["displacement"]
            return np.hstack([u, np.zeros((len(u), 3 - u.shape[1]))])
        names = ["displacement_%d" % (i + 1) for i in range(3)]
        parts = [self.point_data[n][:, 0] if n in self.point_data else np.zeros(len(self.points)) for n in names]
        return np.stack(parts, axis=1)

    def merged(self):
        """For each node the number of its place: writers repeat nodes for each cell."""
        reach = max(np.abs(self.points).max(), 1e-300)
        labels = np.stack([clusters(x, 1e-6 * reach) for x in self.points.T], axis=1)
        return np.unique(labels, axis=0, return_inverse=True)[1]

    def polygons(self, keep=None):
        """Lists of (node numbers, cells) to draw: the cells themselves in 2D, the surface of those to `keep` in 3D."""
        chosen = self.blocks
        if keep is not None:
            chosen = [Block(b.shape, b.nodes[keep[b.cells]], b.cells[keep[b.cells]]) for b in self.blocks]
        faces = [(b.nodes[:, face], b.cells) for b in chosen for face in b.shape.faces if b.shape.dim == self.dim]
        return self.outer(faces) if self.dim == 3 else faces

    def outer(self, faces):
        """Those that belong to one cell only."""
        if not faces:
            return faces
        merged = self.merged()
        width = max(nodes.shape[1] for nodes, _ in faces)
        keys = np.concatenate([pad(np.sort(merged[nodes], axis=1), width) for nodes, _ in faces])
        _, inverse, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
        single, at, result = counts[inverse] == 1, 0, []
        for nodes, cells in faces:
            mine = single[at : at + len(nodes)]
            at += len(nodes)
            result.append((nodes[mine], cells[mine]))
        return result

    def rim(self):
        """Edges (pairs of nodes) on the boundary of a mesh in 2D."""
        pairs = [np.stack([nodes, np.roll(nodes, -1, axis=1)], axis=2) for nodes, _ in self.polygons()]
        edges = np.concatenate([p.reshape(-1, 2) for p in pairs])
        keys = np.sort(self.merged()[edges], axis=1)
        _, inverse, counts = np.unique(keys, axis=0, return_inverse=True, return_counts=True)
        return self.without_hanging(edges[counts[inverse] == 1])

    def without_hanging(self, edges):
        """Of a coarse cell beside refined ones, edge and halves all stand alone: none of the three is the rim."""
        merged = self.merged()
        keys = [tuple(sorted(merged[e])) for e in edges]
        alone = set(keys)
        size = np.ptp(self.points, axis=0).max()
        places = {tuple(np.round(self.points[n] / size * 1e6).astype(int)): merged[n] for n in np.unique(edges)}
        hidden = set()
        for key, (a, b) in zip(keys, edges):
            middle = np.round((self.points[a] + self.points[b]) / 2 / size * 1e6).astype(int)
            # Single precision may round to a neighbour.
            shifts = np.stack(np.meshgrid([0, -1, 1], [0, -1, 1], [0], indexing="ij"), axis=-1).reshape(-1, 3)
            found = next((places[m] for m in map(tuple, middle + shifts) if m in places), None)
            halves = [tuple(sorted((end, found))) for end in (merged[a], merged[b]) if found is not None]
            if found is not None and all(h in alone for h in halves):
                hidden.update([key, *halves])
        return edges[[key not in hidden for key in keys]]


def pad(keys, width):
    return np.hstack([keys, np.full((len(keys), width - keys.shape[1]), -1)])


def clusters(x, tolerance):
    """Numbers that are alike where values are alike: rounding would part neighbours at its borders."""
    order = np.argsort(x, kind="stable")
    labels = np.empty(len(x), dtype=np.int64)
    labels[order] = np.concatenate([[0], np.cumsum(np.diff(x[order]) > tolerance)])
    return labels


def whole_cells(grid):
    """Puts subcells together again where cells of higher degree were written as patches of bilinear ones."""
    if len(grid.blocks) != 1 or grid.blocks[0].nodes.shape[1] != 2**grid.dim:
        return grid
    block, dim = grid.blocks[0], grid.dim
    for n in (2, 3, 4):
        subcells, m = n**dim, (n + 1) ** dim
        n_cells = grid.n_cells // subcells
        if n_cells * subcells != grid.n_cells or n_cells * m != len(grid.points):
            continue
        patch = np.repeat(np.arange(n_cells), subcells)
        if (block.nodes // m != patch[:, None]).any():
            continue
        nodes = np.arange(n_cells * m).reshape(n_cells, m)
        cell_data = {k: v.reshape(n_cells, subcells, -1).mean(axis=1) for k, v in grid.cell_data.items()}
        return Grid(grid.points, [Block(patch_shape(dim, n), nodes, np.arange(n_cells))], grid.point_data, cell_data)
    return grid


# ---- files of fields

TYPES = {"Int8": "i1", "UInt8": "u1", "Int16": "i2", "UInt16": "u2", "Int32": "i4", "UInt32": "u4", "Int64": "i8",
         "UInt64": "u8", "Float32": "f4", "Float64": "f8"}


class VtuFile:
    """An XML file of VTK with its arrays: ASCII, or binary in base64 or raw, inline or appended, plain or zlib blocks."""

    def __init__(self, file):
        with open(file, "rb") as stream:
            text = stream.read()
        self.raw, text = split_raw(text)
        self.root = xml.fromstring(text)
        self.compressor = self.root.get("compressor")
        if self.compressor not in (None, "vtkZLibDataCompressor"):
            raise ValueError("compressor '%s' is not known" % self.compressor)
        self.order = ">" if self.root.get("byte_order") == "BigEndian" else "<"
        self.head = np.dtype(self.order + TYPES[self.root.get("header_type", "UInt32")])
        appended = self.root.find("AppendedData")
        self.appended = appended.text.strip()[1:] if appended is not None and self.raw is None else ""

    def array(self, element):
        kind = np.dtype(self.order + TYPES[element.get("type")])
        if element.get("format") == "ascii":
            # Integers are read as such: floats would lose large ones.
            return np.array((element.text or "").split(), dtype=kind)
        if element.get("format") == "appended":
            offset = int(element.get("offset"))
            source = RawSource(self.raw, offset) if self.raw is not None else Base64Source(self.appended[offset:])
        else:
            source = Base64Source("".join((element.text or "").split()))
        return np.frombuffer(self.decompress(source) if self.compressor else self.plain(source), dtype=kind)

    def decompress(self, source):
        n = int(np.frombuffer(source.peek(self.head.itemsize), self.head)[0])
        sizes = np.frombuffer(source.take((3 + n) * self.head.itemsize), self.head)[3:].astype(int)
        data, at = source.take(int(sizes.sum())), np.concatenate([[0], np.cumsum(sizes)])
        return b"".join(zlib.decompress(data[a:b]) for a, b in zip(at, at[1:]))

    def plain(self, source):
        size = self.head.itemsize
        n = int(np.frombuffer(source.peek(size), self.head)[0])
        if source.ends_after(size):
            source.take(size)
            return source.take(n)
        return source.take(size + n)[size:]


class RawSource:
    def __init__(self, data, at):
        self.data, self.at = data, at

    def peek(self, n):
        return self.data[self.at : self.at + n]

    def take(self, n):
        self.at += n
        return self.data[self.at - n : self.at]

    def ends_after(self, n):
        return False


class Base64Source:
    """Parts that were encoded one by one; `take` goes on behind the padding."""

    def __init__(self, text):
        self.text, self.at = text, 0

    def peek(self, n):
        return base64.b64decode(self.text[self.at : self.at + -(-n // 3) * 4])[:n]

    def take(self, n):
        result = self.peek(n)
        self.at += -(-n // 3) * 4
        return result

    def ends_after(self, n):
        """Some writers encode the head alone: then its padding says so."""
        return self.text[self.at : self.at + -(-n // 3) * 4].count("=") == -n % 3


def split_raw(text):
    """Raw appended data is no XML: the bytes behind the underscore, and the text without them."""
    found = re.search(rb'<AppendedData[^>]*encoding="raw"[^>]*>\s*_', text)
    if not found:
        return None, text
    end = text.rindex(b"</AppendedData>")
    return text[found.end() : end], text[: found.end()] + text[end:]


def read_vtu(file):
    return join_pieces(vtu_pieces(file))


def read_pvtu(file):
    sources = [p.get("Source") for p in xml.parse(file).getroot().iter("Piece")]
    return join_pieces([p for s in sources for p in vtu_pieces(os.path.join(os.path.dirname(file), s))])


def vtu_pieces(file):
    vtu = VtuFile(file)
    for piece in vtu.root.iter("Piece"):
        points = vtu.array(piece.find("Points/DataArray")).reshape(-1, 3).astype(float)
        cells = {a.get("Name"): vtu.array(a).astype(np.int64) for a in piece.findall("Cells/DataArray")}
        if len(cells["types"]) > 0:
            yield points, cells, vtu_fields(vtu, piece, "PointData"), vtu_fields(vtu, piece, "CellData")


def vtu_fields(vtu, piece, where):
    arrays = piece.findall(where + "/DataArray")
    return {a.get("Name"): vtu.array(a).astype(float).reshape(-1, int(a.get("NumberOfComponents") or 1)) for a in arrays}


def join_pieces(pieces):
    pieces = list(pieces)
    if not pieces:
        raise ValueError("there are no cells")
    points, cells, point_data, cell_data = zip(*pieces)
    shifts = np.cumsum([0] + [len(p) for p in points])
    connectivity = np.concatenate([c["connectivity"] + s for c, s in zip(cells, shifts)])
    sizes = np.concatenate([np.diff(c["offsets"], prepend=0) for c in cells])
    types = np.concatenate([c["types"] for c in cells])
    join = lambda fields: {k: np.concatenate([f[k] for f in fields]) for k in fields[0] if all(k in f for f in fields)}
    blocks = make_blocks(connectivity, sizes, types)
    return whole_cells(Grid(np.concatenate(points), blocks, join(point_data), join(cell_data)))


def make_blocks(connectivity, sizes, types):
    begins, blocks = np.cumsum(sizes) - sizes, []
    for kind, size in sorted(set(zip(types.tolist(), sizes.tolist()))):
        cells = np.flatnonzero((types == kind) & (sizes == size))
        blocks.append(Block(vtk_shape(kind, size), connectivity[begins[cells][:, None] + np.arange(size)], cells))
    return blocks


def read_h5(file):
    with h5py.File(file, "r") as h5:
        nodes = h5["cells"][:].astype(np.int64)
        points = h5["nodes"][:].astype(float)
        data = {k: v[:].astype(float).reshape(len(points), -1) for k, v in h5.items() if k not in ("cells", "nodes")}
    shape = vtk_shape(9 if nodes.shape[1] == 4 else 12, nodes.shape[1])
    return whole_cells(Grid(points, [Block(shape, nodes, np.arange(len(nodes)))], data, {}))


# ---- what a folder holds

Output = namedtuple("Output", "time step file read")


def step_of(file):
    return int(re.search(r"_(\d+)\.\w+$", file).group(1))


def macro_outputs(folder):
    """In order of time; HDF5 if there is any (places and times in double precision), otherwise VTU."""
    files = numbered(folder, "hdf5/fields_*.h5")
    if files:
        return with_times(files, xdmf_times(os.path.join(folder, "fields.xdmf")), read_h5)
    return with_times(numbered(folder, "vtu/fields_*.pvtu"), pvd_times(os.path.join(folder, "fields.pvd")), read_pvtu)


def micro_outputs(folder):
    """Name of a point to its outputs in order of time."""
    points = {}
    for file in numbered(folder, "micro/*.vtu"):
        points.setdefault(re.sub(r"_\d+\.vtu$", "", file), []).append(file)
    return {os.path.basename(p): with_times(files, pvd_times(p + ".pvd"), read_vtu) for p, files in sorted(points.items())}


def with_times(files, times, read):
    return [Output(times.get(os.path.basename(f)), step_of(f), f, read) for f in files]


def numbered(folder, pattern):
    files = glob.glob(os.path.join(glob.escape(folder), pattern))
    return sorted((f for f in files if re.search(r"_\d+\.\w+$", f)), key=lambda f: (step_of(f), f))


def xdmf_times(file):
    times, time = {}, None
    for value, name in re.findall(r'<Time Value="([^"]+)"|(fields_\d+\.h5):/nodes', "\n".join(read_lines(file))):
        time = float(value) if value else time
        if name:
            times[name] = time
    return times


def pvd_times(file):
    found = re.findall(r'<DataSet timestep="([^"]+)".* file="([^"]+)"', "\n".join(read_lines(file)))
    return {os.path.basename(name): float(time) for time, name in found}

#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the image of c.npy (10 x 8 x 6 voxels, ids 0 and 1) as other programs do. Needs numpy and h5py."""
import h5py
import numpy as np

c = np.load("c.npy").astype(np.int32)  # index x, y, z
zyx = np.ascontiguousarray(c.transpose(2, 1, 0))
ascii_ids = " ".join(map(str, zyx.ravel()))

# DREAM3D-NX (simplnx): geometry as attributes of the group
with h5py.File("nx.dream3d", "w") as f:
    g = f.create_group("DataStructure/Image Geometry")
    g.attrs["_DIMENSIONS"] = np.array([10, 8, 6], np.uint64)
    g.attrs["_ORIGIN"] = np.array([5, 0, 0], np.float32)
    g.attrs["_SPACING"] = np.array([0.1, 0.1, 0.4], np.float32)
    cells = g.create_group("Cell Data")
    cells["FeatureIds"] = (zyx + 1)[..., None]
    cells["Phases"] = np.ones((6, 8, 10, 1), np.int32)
    cells["EulerAngles"] = np.zeros((6, 8, 10, 3), np.float32)
    f["DataStructure/Features/FeatureIds"] = np.arange(3)
# DREAM3D 4: flat arrays
with h5py.File("dream3d_4.h5", "w") as f:
    f["VoxelDataContainer/DIMENSIONS"] = np.array([10, 8, 6], np.int64)
    f["VoxelDataContainer/SPACING"] = np.array([0.1, 0.1, 0.4], np.float32)
    f["VoxelDataContainer/CELL_DATA/GrainIds"] = (zyx + 1).reshape(-1, 1)
with h5py.File("ilastik.h5", "w") as f:
    f["exported_data"] = zyx.astype(np.uint8)[..., None]
    f["exported_data"].attrs["element_size_um"] = np.array([0.4, 0.1, 0.1])
with h5py.File("wrong_dimensions.h5", "w") as f:
    f["a/DIMENSIONS"] = np.array([10, 8, 7], np.int64)
    f["a/SPACING"] = np.array([1, 1, 1.0])
    f["a/ids"] = zyx
with h5py.File("lzf.h5", "w") as f:
    f.create_dataset("ids", data=zyx, compression="lzf", chunks=(6, 8, 10))
with h5py.File("zstd.h5", "w") as f:  # a filter that HDF5 lacks; the bytes do not matter
    plist = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plist.set_chunk((6, 8, 10))
    plist.set_filter(32015, h5py.h5z.FLAG_OPTIONAL, ())
    d = h5py.h5d.create(f.id, b"ids", h5py.h5t.NATIVE_INT32, h5py.h5s.create_simple((6, 8, 10)), plist)
    d.write_direct_chunk((0, 0, 0), b"packed")
with h5py.File("two.h5", "w") as f:
    f["a/ids"] = zyx
    f["b/ids"] = zyx
    f["text"] = "no image"
    f["link"] = h5py.SoftLink("/a/ids")
with h5py.File("rectilinear.dream3d", "w") as f:
    f["DataContainers/a/CellData/FeatureIds"] = (zyx + 1)[..., None]
    f.create_group("DataContainers/a/_SIMPL_GEOMETRY").attrs["GeometryTypeName"] = np.string_("RectGridGeometry")
with h5py.File("half.h5", "w") as f:
    f["ids"] = zyx + 0.5
np.save("lead_trail.npy", c.astype(np.uint8)[None, ..., None])
np.save("fortran.npy", np.asfortranarray(c.astype(np.uint8)))
np.save("big_endian.npy", c.astype(">i2"))
np.save("two_images.npy", np.stack([c, c]).astype(np.uint8))
np.save("colours.npy", np.zeros((10, 8, 3), np.uint8))
np.savez("plain.npz", ids=c.astype(np.uint8))
np.savez_compressed("packed.npz", ids=c.astype(np.uint8), other=np.zeros((2, 2)))

head = "<?xml version='1.0'?>\n<!-- <CellData> of a comment -->\n<VTKFile type='ImageData' byte_order='LittleEndian'>\n"
data = "<CellData><DataArray type='Int32' Name='%s' format='ascii'>%s</DataArray></CellData>"
with open("quotes.vti", "w") as f:  # single quotes, comments, an empty element before
    f.write(head + "<ImageData WholeExtent='0 10 0 8 0 6' Origin='0 0 0' Spacing='1 1 1'><Piece Extent='0 10 0 8 0 6'>\n"
            "<PointData/>" + data % ("ids", ascii_ids) + "</Piece></ImageData></VTKFile>\n")
for i, (a, b) in enumerate([(0, 5), (5, 10)]):
    with open("p_%d.vti" % i, "w") as f:
        part = " ".join(map(str, zyx[:, :, a:b].ravel()))
        f.write(head + "<ImageData WholeExtent='%d %d 0 8 0 6'><Piece Extent='%d %d 0 8 0 6'>" % (a, b, a, b) +
                data % ("material", part) + "</Piece></ImageData></VTKFile>\n")
with open("pieces.pvti", "w") as f:
    f.write("<VTKFile type='PImageData'><PImageData WholeExtent='0 10 0 8 0 6' GhostLevel='0' Origin='0 0 0' "
            "Spacing='1 1 1'><Piece Extent='0 5 0 8 0 6' Source='p_0.vti'/>"
            "<Piece Extent='5 10 0 8 0 6' Source='p_1.vti'/></PImageData></VTKFile>\n")
with open("binary.vtk", "wb") as f:
    f.write(b"# vtk DataFile Version 3.0\nimage\nBINARY\nDATASET STRUCTURED_POINTS\nDIMENSIONS 11 9 7\nORIGIN 0 0 0\n"
            b"SPACING 0.1 0.1 0.1\nPOINT_DATA 693\nSCALARS heat float 1\nLOOKUP_TABLE default\n" +
            np.zeros(693, ">f4").tobytes() + b"\nCELL_DATA 480\nFIELD FieldData 2\nweight 1 480 double\n" +
            np.full(480, 0.5, ">f8").tobytes() + b"\nmaterial 1 480 int\n" + zyx.astype(">i4").tobytes() + b"\n")
with open("coordinates.vtk", "wb") as f:
    x = [np.arange(n + 1) * 0.1 for n in (10, 8, 6)]
    f.write(b"# vtk DataFile Version 2.0\nDREAM3D\nBINARY\nDATASET RECTILINEAR_GRID\nDIMENSIONS 11 9 7\n" +
            b"".join(b"%s_COORDINATES %d float\n" % (k, len(v)) + v.astype(">f4").tobytes() + b"\n"
                     for k, v in zip((b"X", b"Y", b"Z"), x)) +
            b"CELL_DATA 480\nSCALARS FeatureIds int 1\nLOOKUP_TABLE default\n" + zyx.astype(">i4").tobytes() + b"\n")
with open("binary16.tesr", "wb") as f:
    f.write(b"***tesr\n **format\n   2.1\n **general\n   3\n   10 8 6\n   0.1 0.1 0.1\n  *origin\n   1 0 0\n **data\n"
            b"   binary16\n" + (zyx + 1).astype("<u2").tobytes() + b"\n***end\n")

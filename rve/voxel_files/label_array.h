// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * What readers of images share: bytes of a file, whole numbers out of bytes or text, and the array that becomes an
 * image. All throw InputError.
 */
#ifndef fe2_rve_voxel_files_label_array_h
#define fe2_rve_voxel_files_label_array_h

#include <rve/voxel_file.h>

namespace fe2
{
struct LabelArray
{
  std::string file;
  std::vector<std::size_t> shape;
  std::string order;        ///< names of the indices, first one first
  bool order_given = false; ///< by the user or the file: what looks like colours is a volume all the same
  bool bytes = false;       ///< 8 bits without sign, as colours are
  bool first_fastest = false;
  std::vector<long long> values;
};

/// Axes of one are dropped where there are more than three; more axes and colours are refused.
IdImage make_image(LabelArray array);

/// The whole file. Says whether it is missing, a folder or not permitted.
std::string read_bytes(const std::string &file);

/// Appends numbers of a named type: VTK's names, or NumPy's codes.
void append_bytes(std::vector<long long> &ids, const std::string &file, const std::string &type, std::string bytes,
                  const bool big_endian = false);
/// 0: no such type.
std::size_t bytes_of(const std::string &type);
/// Appends the numbers between two places of a text, `most` at most, and returns where it stopped.
std::size_t append_text(std::vector<long long> &ids, const std::string &file, const std::string &text,
                        const std::size_t begin, const std::size_t end, const std::size_t most = std::size_t(-1));
/// A number that is a whole one.
long long whole_number(const double value, const std::string &file, const std::size_t index);

/// Numbers of a short text; what is no number is NaN.
std::vector<double> numbers_in(const std::string &text);
/// Edges of the box out of `n` and the edges of a voxel. A plane image's thickness does not count. `where`: what says
/// so.
void set_spacing(IdImage &image, const std::string &file, const std::string &where, const std::vector<double> &spacing);
/// The box of an RVE begins at 0 whatever the file says; the log tells it.
void note_origin(IdImage &image, const std::string &file, const std::vector<double> &origin);
/// "10 x 8 x 6", or "(1, 10, 8)" with `separator` ", ".
std::string shape_text(const std::vector<std::size_t> &shape, const std::string &separator = " x ");
/// Number of voxels along an axis, if it is one.
unsigned int checked_extent(const std::string &file, const double n);
} // namespace fe2

#endif

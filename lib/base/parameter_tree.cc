// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/base/parameter_tree.h>
#include <lib/base/text_lines.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fe2
{
std::string trim(const std::string &text)
{
  const char *blank = " \t\r\n";
  const auto begin = text.find_first_not_of(blank);
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(blank) - begin + 1);
}

std::vector<std::string> split(const std::string &text, const char separator)
{
  std::vector<std::string> pieces;
  if (trim(text).empty())
    return pieces;
  std::stringstream stream(text);
  for (std::string piece; std::getline(stream, piece, separator);)
    pieces.push_back(trim(piece));
  if (!text.empty() && text.back() == separator)
    pieces.push_back("");
  return pieces;
}

std::string resolve_path(const std::string &folder, const std::string &name)
{
  const std::filesystem::path path(name);
  return path.is_absolute() ? name : (std::filesystem::path(folder) / path).lexically_normal().string();
}

std::string read_text_file(const MPI_Comm comm, const std::string &file)
{
  int rank;
  MPI_Comm_rank(comm, &rank);
  std::string text, error;
  if (rank == 0)
  {
    std::error_code code;
    if (std::filesystem::is_directory(file, code))
      error = "it is a folder";
    else
    {
      std::ifstream in(file, std::ios::binary);
      std::stringstream buffer;
      if (!in)
        error = std::strerror(errno);
      else if (in.peek() != std::ifstream::traits_type::eof())
        buffer << in.rdbuf();
      text = buffer.str();
      if (error.empty())
        error = drop_byte_order_mark(text);
    }
  }
  unsigned long long sizes[2] = {text.size(), error.size()};
  MPI_Bcast(sizes, 2, MPI_UNSIGNED_LONG_LONG, 0, comm);
  error.resize(sizes[1]);
  MPI_Bcast(error.data(), int(sizes[1]), MPI_CHAR, 0, comm);
  if (!error.empty())
    throw InputError("the file '" + file + "' cannot be read: " + error);
  text.resize(sizes[0]);
  const std::size_t chunk = 1u << 30;
  for (std::size_t i = 0; i < text.size(); i += chunk)
    MPI_Bcast(text.data() + i, int(std::min(chunk, text.size() - i)), MPI_CHAR, 0, comm);
  return text;
}

ParameterTree ParameterTree::read(const MPI_Comm comm, const std::string &file)
{
  ParameterTree tree;
  tree.file_ = file;
  Path path;
  Faults faults;
  tree.parse(comm, file, path, faults, 0);
  faults.throw_if_any(file);
  return tree;
}

std::string ParameterTree::folder() const
{
  const auto parent = std::filesystem::path(file_).parent_path().string();
  return (parent.empty() ? "." : parent) + "/";
}

void ParameterTree::open_section(const Path &path)
{
  if (std::find(sections_.begin(), sections_.end(), path) == sections_.end())
    sections_.push_back(path);
}

void ParameterTree::parse(const MPI_Comm comm, const std::string &file, Path &path, Faults &faults,
                          const unsigned int depth)
{
  const auto lines = text_lines(read_text_file(comm, file));
  const std::size_t depth_at_begin = path.size();
  const auto without_comment = [&lines](const std::size_t i) { return trim(lines[i].substr(0, lines[i].find('#'))); };
  for (std::size_t number = 0; number < lines.size();)
  {
    std::string line = without_comment(number);
    const std::size_t first = ++number;
    for (; !line.empty() && line.back() == '\\' && number < lines.size(); ++number)
      line = line.substr(0, line.size() - 1) + " " + without_comment(number);
    if (line.empty())
      continue;
    const std::string where = file + ":" + std::to_string(first);
    const auto space = line.find_first_of(" \t");
    const std::string word = line.substr(0, space);
    const std::string rest = space == std::string::npos ? "" : trim(line.substr(space));
    if (word == "subsection" && !rest.empty())
    {
      path.push_back(rest);
      open_section(path);
    }
    else if (word == "end" && rest.empty())
    {
      if (path.size() == depth_at_begin)
        faults.add(where, "end", "closes no subsection of this file");
      else
        path.pop_back();
    }
    else if (word == "set" && rest.find('=') != std::string::npos)
    {
      const std::string name = trim(rest.substr(0, rest.find('=')));
      if (const auto *earlier = find(path, name))
        faults.add(where, name, "was set already in " + earlier->source + "; remove one of them");
      set(path, name, trim(rest.substr(rest.find('=') + 1)), where);
    }
    else if (word == "include" && !rest.empty())
    {
      if (depth > 20)
        throw InputError(where + ": the included files include each other");
      const std::string folder = std::filesystem::path(file).parent_path().string();
      parse(comm, resolve_path(folder, rest), path, faults, depth + 1);
    }
    else
      faults.add(where, line, "a line is 'set NAME = VALUE', 'subsection NAME', 'end', 'include FILE' or '# comment'");
  }
  if (path.size() > depth_at_begin)
    faults.add(file, "", "the subsection '" + path.back() + "' is not closed by 'end' (is the file cut off?)");
  path.resize(std::min(path.size(), depth_at_begin));
}

void ParameterTree::set(const std::string &assignment)
{
  const auto equals = assignment.find('=');
  if (equals == std::string::npos)
    throw InputError("--set '" + assignment + "': write --set \"Section/Entry=value\"");
  Path path = split(assignment.substr(0, equals), '/');
  if (path.empty())
    throw InputError("--set '" + assignment + "': the entry has no name");
  const std::string name = path.back();
  path.pop_back();
  for (std::size_t n = 1; n <= path.size(); ++n)
    open_section(Path(path.begin(), path.begin() + std::ptrdiff_t(n)));
  set(path, name, trim(assignment.substr(equals + 1)), "--set");
}

void ParameterTree::set(const Path &section, const std::string &entry, const std::string &value,
                        const std::string &source)
{
  const auto key = std::make_pair(section, entry);
  if (entries_.count(key) == 0)
    order_.push_back(key);
  if (!section.empty())
    open_section(section);
  entries_[key] = {value, source};
}

std::vector<std::string> ParameterTree::subsections(const Path &section) const
{
  std::vector<std::string> names;
  for (const auto &s : sections_)
    if (s.size() == section.size() + 1 && std::equal(section.begin(), section.end(), s.begin()))
      names.push_back(s.back());
  return names;
}

const ParameterEntry *ParameterTree::find(const Path &section, const std::string &entry) const
{
  const auto it = entries_.find(std::make_pair(section, entry));
  return it == entries_.end() ? nullptr : &it->second;
}
} // namespace fe2

// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/io/result_folder.h>

#include <lib/base/errors.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace fe2
{
namespace
{
/// Rank 0 acts; all ranks throw its fault.
template <class Action>
void on_rank_0(const MPI_Comm comm, const Action &action)
{
  int rank, size = 0;
  MPI_Comm_rank(comm, &rank);
  std::string fault;
  if (rank == 0)
  {
    fault = action();
    size = int(fault.size());
  }
  MPI_Bcast(&size, 1, MPI_INT, 0, comm);
  fault.resize(std::size_t(size));
  MPI_Bcast(fault.data(), size, MPI_CHAR, 0, comm);
  if (!fault.empty())
    throw InputError(fault);
}
constexpr char manifest_name[] = "manifest.txt";

/// '*' stands for any text without '/'.
bool matches(const std::string &pattern, const std::string &name)
{
  std::size_t p = 0, n = 0, star = std::string::npos, tried = 0;
  while (n < name.size())
    if (p < pattern.size() && pattern[p] == '*')
      star = p++, tried = n;
    else if (p < pattern.size() && pattern[p] == name[n])
      ++p, ++n;
    else if (star != std::string::npos && name[tried] != '/')
      p = star + 1, n = ++tried;
    else
      return false;
  return pattern.find_first_not_of('*', p) == std::string::npos;
}

/// The manifest's patterns; a folder ends with '/'. Nothing outside of the folder counts.
std::vector<std::string> read_manifest(const std::string &folder)
{
  std::vector<std::string> patterns;
  std::ifstream in(folder + manifest_name);
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#' && line[0] != '/' && line.find("..") == std::string::npos)
      patterns.push_back(line);
  return patterns;
}

/// Removes the files of a folder ("" or "name/" inside) that match and returns the names of the others.
std::vector<std::string> remove_files(const std::string &folder, const std::string &inside,
                                      const std::vector<std::string> &patterns)
{
  std::vector<std::string> others;
  std::error_code code;
  for (const auto &entry : std::filesystem::directory_iterator(folder + inside, code))
  {
    const std::string name = inside + entry.path().filename().string();
    const bool is_folder = entry.is_directory(code) && !entry.is_symlink(code);
    const auto fits = [&](const std::string &pattern) { return matches(pattern, is_folder ? name + "/" : name); };
    const bool ours = std::any_of(patterns.begin(), patterns.end(), fits);
    if (ours && is_folder && inside.empty())
    {
      const auto rest = remove_files(folder, name + "/", patterns);
      others.insert(others.end(), rest.begin(), rest.end());
      std::filesystem::remove(entry.path(), code); // if it is empty
    }
    else if (ours && !is_folder)
      std::filesystem::remove(entry.path(), code);
    else
      others.push_back(name);
  }
  std::sort(others.begin(), others.end());
  return others;
}
} // namespace

ResultFolder::ResultFolder(const MPI_Comm comm, const std::string &folder, const bool overwrite)
    : comm_(comm), folder_(folder.empty() || folder.back() == '/' ? folder : folder + "/")
{
  on_rank_0(comm,
            [&]() -> std::string
            {
              std::error_code code;
              const bool used = std::filesystem::is_directory(folder, code) && !std::filesystem::is_empty(folder, code);
              if (used && !overwrite)
                return "the folder '" + folder + "' holds results; add --overwrite, or choose another by --output";
              if (used)
              {
                auto patterns = read_manifest(folder_);
                patterns.push_back(manifest_name);
                kept_ = remove_files(folder_, "", patterns);
              }
              std::filesystem::create_directories(folder, code);
              if (code)
                return "the folder '" + folder + "' cannot be made: " + code.message();
              noted_ = std::make_shared<std::set<std::string>>();
              std::ofstream out(folder_ + manifest_name);
              out << "# Files of fe2 in this folder; --overwrite removes them.\n";
              return out ? "" : "the folder '" + folder + "' cannot be written to";
            });
}

void ResultFolder::note(const std::string &pattern) const
{
  if (noted_ && noted_->insert(pattern).second)
    std::ofstream(folder_ + manifest_name, std::ios::app) << pattern << '\n';
}

std::string ResultFolder::subfolder(const std::string &name) const
{
  note(name + "/");
  on_rank_0(comm_,
            [&]() -> std::string
            {
              std::error_code code;
              std::filesystem::create_directories(folder_ + name, code);
              return code ? "the folder '" + folder_ + name + "' cannot be made: " + code.message() : "";
            });
  return folder_ + name + "/";
}
} // namespace fe2

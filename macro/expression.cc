// SPDX-License-Identifier: LGPL-2.1-or-later
#include <macro/expression.h>

#include <lib/base/errors.h>

#include <cctype>

namespace fe2
{
void refuse_random(const std::string &where, const std::string &expression)
{
  const auto in_name = [](const char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (std::size_t begin = 0; begin < expression.size(); ++begin)
    if (in_name(expression[begin]))
    {
      std::size_t end = begin;
      while (end < expression.size() && in_name(expression[end]))
        ++end;
      const std::string name = expression.substr(begin, end - begin);
      if (name == "rand" || name == "rand_seed")
        throw InputError(where + " = '" + expression + "': " + name +
                         "() differs from evaluation to evaluation, so that no run could be repeated; write a function "
                         "of place and time");
      begin = end;
    }
}
} // namespace fe2

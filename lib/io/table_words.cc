// SPDX-License-Identifier: LGPL-2.1-or-later
#include <lib/io/table_words.h>

#include <lib/base/parameter_tree.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace fe2
{
namespace
{
bool is_digit(const char c)
{
  return c >= '0' && c <= '9';
}

bool is_blank(const char c)
{
  return c == ' ' || c == '\t';
}

/// Without blanks, and no-break spaces, around it.
std::string bare(std::string word)
{
  const std::string no_break = "\xC2\xA0";
  for (auto at = word.find(no_break); at != std::string::npos; at = word.find(no_break))
    word.replace(at, no_break.size(), " ");
  return trim(word);
}

/// What follows the digits, marks included, is cut off: "+1.234,5e3" has the body "1.234,5".
std::string body(const std::string &word)
{
  const std::size_t begin = word.find_first_of("+-") == 0 ? 1 : 0;
  const std::size_t end = word.find_first_not_of("0123456789.,", begin);
  return word.substr(begin, end == std::string::npos ? end : end - begin);
}

/// Digits in threes between `mark`: "1,234,567"; at least one mark.
bool is_grouped(const std::string &digits, const char mark)
{
  const auto groups = split(digits, mark);
  if (groups.size() < 2 || groups[0].empty() || groups[0].size() > 3 || groups[0][0] == '0')
    return false;
  for (std::size_t i = 0; i < groups.size(); ++i)
    if ((i > 0 && groups[i].size() != 3) || groups[i].find_first_not_of("0123456789") != std::string::npos)
      return false;
  return true;
}

/// `digits` as strtod reads them; false if the marks do not stand as they must.
bool normalize(std::string &digits, const char decimal, const char group)
{
  const auto at = digits.find(decimal);
  std::string whole = digits.substr(0, at);
  const std::string rest = at == std::string::npos ? "" : "." + digits.substr(at + 1);
  if (whole.find(group) != std::string::npos)
  {
    if (!is_grouped(whole, group))
      return false;
    whole.erase(std::remove(whole.begin(), whole.end(), group), whole.end());
  }
  digits = whole + rest;
  if (decimal == ',' && (whole.empty() || rest == ".")) // the end of a word in "0, 1"
    return false;
  return rest.find_first_of(",.", 1) == std::string::npos &&
         std::any_of(digits.begin(), digits.end(), [](const char c) { return is_digit(c); });
}

/// The first word of a kind.
struct Sample
{
  std::string word;
  unsigned int line = 0;
  void set(const std::string &text, const unsigned int number)
  {
    if (word.empty())
      *this = {text, number};
  }
  bool given() const { return !word.empty(); }
};
} // namespace

std::vector<std::string> table_words(const std::string &line, const char separator)
{
  std::vector<std::string> words;
  const auto ends = [separator](const char c) { return separator == ' ' ? is_blank(c) : c == separator; };
  for (std::size_t i = 0; i <= line.size();)
  {
    while (i < line.size() && is_blank(line[i]) && (separator == ' ' || line[i] != separator))
      ++i;
    if (separator == ' ' && i == line.size())
      break;
    std::string word;
    if (i < line.size() && line[i] == '"')
    {
      for (++i; i < line.size() && (line[i] != '"' || (i + 1 < line.size() && line[i + 1] == '"')); ++i)
      {
        word += line[i];
        i += line[i] == '"' ? 1 : 0;
      }
      ++i;
    }
    while (i < line.size() && !ends(line[i]))
      word += line[i++];
    words.push_back(bare(word));
    ++i;
  }
  return words;
}

bool to_number(const std::string &word, const DecimalMark mark, double &value)
{
  std::string text = word;
  const std::string minus = "\xE2\x88\x92";
  for (auto at = text.find(minus); at != std::string::npos; at = text.find(minus))
    text.replace(at, minus.size(), "-");
  std::string digits = body(text);
  const std::size_t begin = text.find_first_of("+-") == 0 ? 1 : 0;
  std::string tail = text.size() < begin ? "" : text.substr(begin + digits.size());
  const bool comma = mark == DecimalMark::comma;
  if (!normalize(digits, comma ? ',' : '.', comma ? '.' : ','))
    return false;
  if (!tail.empty() && std::string("dDE").find(tail[0]) != std::string::npos)
    tail[0] = 'e';
  if (!tail.empty() && tail[0] != 'e')
    return false;
  const std::string plain = text.substr(0, begin) + digits + tail;
  char *end = nullptr;
  value = std::strtod(plain.c_str(), &end);
  return *end == 0 && std::isfinite(value);
}

bool looks_like_number(const std::string &word)
{
  double value;
  return to_number(word, DecimalMark::point, value) || to_number(word, DecimalMark::comma, value);
}

char find_separator(const std::vector<TableLine> &lines)
{
  constexpr std::size_t enough = 200;
  char best = ',';
  std::pair<std::size_t, std::size_t> most = {0, 0}; // lines of numbers throughout, numbers
  for (const char separator : {';', '\t', ' ', ','})
  {
    std::pair<std::size_t, std::size_t> score = {0, 0};
    for (std::size_t i = 0; i < std::min(enough, lines.size()); ++i)
    {
      const auto words = table_words(lines[i].text, separator);
      std::size_t numbers = 0, filled = 0;
      for (const auto &word : words)
      {
        filled += word.empty() ? 0 : 1;
        numbers += looks_like_number(word) ? 1 : 0;
      }
      if (words.size() < 2 || numbers == 0)
        continue;
      score.first += numbers == filled ? 1 : 0;
      score.second += numbers;
    }
    if (score > most)
    {
      most = score;
      best = separator;
    }
  }
  return best;
}

DecimalMark find_decimal_mark(const std::vector<TableLine> &lines, const std::vector<std::vector<std::string>> &words,
                              const char separator, const std::string &source)
{
  Sample comma, point, either, several_points, one_point; // 1,5  1.5  1,234  1.234.567  1.234
  for (std::size_t i = 0; i < words.size(); ++i)
    for (const auto &word : words[i])
    {
      const std::string digits = body(word);
      if (digits.find_first_of(",.") == std::string::npos || !looks_like_number(word))
        continue;
      double value;
      const bool has_comma = digits.find(',') != std::string::npos;
      const bool as_point = to_number(word, DecimalMark::point, value);
      const bool as_comma = to_number(word, DecimalMark::comma, value);
      Sample &kind = as_point && as_comma ? (has_comma ? either : one_point)
                     : as_point           ? point
                     : has_comma          ? comma
                                          : several_points;
      kind.set(word, lines[i].number);
    }
  const auto fault = [&source](const Sample &sample, const std::string &text)
  {
    return InputError(source + ":" + std::to_string(sample.line) + ": '" + sample.word + "' " + text +
                      "; write all numbers with decimal points and without separators of thousands");
  };
  if (comma.given() && point.given())
    throw fault(comma, "has a decimal comma, but '" + point.word + "' in line " + std::to_string(point.line) +
                           " has a decimal point");
  if (comma.given() && one_point.given())
    throw fault(one_point, "may have a decimal point or a separator of thousands: '" + comma.word + "' in line " +
                               std::to_string(comma.line) + " has a decimal comma");
  if (comma.given() || several_points.given())
    return DecimalMark::comma;
  if (!either.given() || point.given() || one_point.given())
    return DecimalMark::point;
  if (separator == ';') // programs separate so where commas are decimal
    return DecimalMark::comma;
  throw fault(either, "may have a decimal comma or a separator of thousands");
}
} // namespace fe2

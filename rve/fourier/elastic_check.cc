// SPDX-License-Identifier: LGPL-2.1-or-later
#include <rve/fourier/elastic_check.h>

#include <algorithm>
#include <cmath>

namespace fe2
{
namespace
{
constexpr bool is_diagonal(const std::size_t k)
{
  return k == 0 || k == 6 || k == 11 || k == 15 || k == 18 || k == 20;
}
} // namespace

void ElasticCheck::add(const Matrix6 &form)
{
  Form f;
  for (int i = 0, k = 0; i < 6; ++i)
    for (int j = i; j < 6; ++j, ++k)
      f[std::size_t(k)] = float((i == j ? 1. : 2.) * form(i, j));
  forms_.push_back(f);
}

void ElasticCheck::build(const std::size_t clusters)
{
  if (!forms_.empty())
    split(0, forms_.size(), std::max<std::size_t>(1, forms_.size() / clusters));
  forms_.clear();
  forms_.shrink_to_fit();
}

/// Halves along the entry of the widest spread.
void ElasticCheck::split(const std::size_t begin, const std::size_t end, const std::size_t leaf)
{
  if (end - begin <= leaf)
  {
    bound(begin, end);
    return;
  }
  std::size_t widest = 0;
  float spread = -1;
  for (std::size_t k = 0; k < 21; ++k)
  {
    float low = forms_[begin][k], high = low;
    for (std::size_t i = begin; i < end; ++i)
    {
      low = std::min(low, forms_[i][k]);
      high = std::max(high, forms_[i][k]);
    }
    if (high - low > spread)
    {
      spread = high - low;
      widest = k;
    }
  }
  const std::size_t middle = (begin + end) / 2;
  std::nth_element(forms_.begin() + long(begin), forms_.begin() + long(middle), forms_.begin() + long(end),
                   [widest](const Form &a, const Form &b) { return a[widest] < b[widest]; });
  split(begin, middle, leaf);
  split(middle, end, leaf);
}

void ElasticCheck::bound(const std::size_t begin, const std::size_t end)
{
  std::array<double, 21> mean{};
  for (std::size_t i = begin; i < end; ++i)
    for (std::size_t k = 0; k < 21; ++k)
      mean[k] += double(forms_[i][k]) / double(end - begin);
  double radius = 0, size = 0;
  for (std::size_t i = begin; i < end; ++i)
  {
    double squares = 0;
    for (std::size_t k = 0; k < 21; ++k)
    {
      const double d = double(forms_[i][k]) - mean[k];
      squares += d * d * (is_diagonal(k) ? 1. : 0.5); // each off-diagonal pair is in one number of twice the size
    }
    radius = std::max(radius, std::sqrt(squares));
  }
  for (std::size_t k = 0; k < 21; ++k)
    if (is_diagonal(k))
      size += std::abs(mean[k]);
  for (std::size_t k = 0; k < 21; ++k)
    if (is_diagonal(k))
      mean[k] += radius + 1e-6 * size; // of single precision
  bounds_.push_back(mean);
}

bool ElasticCheck::is_elastic(const Vector6 &gradient) const
{
  double products[21];
  for (int i = 0, k = 0; i < 6; ++i)
    for (int j = i; j < 6; ++j, ++k)
      products[k] = gradient[i] * gradient[j];
  for (const auto &b : bounds_)
  {
    double sum = 0;
    for (std::size_t k = 0; k < 21; ++k)
      sum += b[k] * products[k];
    if (!(sum <= 1 - 1e-6))
      return false;
  }
  return true;
}
} // namespace fe2

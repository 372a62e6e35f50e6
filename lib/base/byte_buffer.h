// SPDX-License-Identifier: LGPL-2.1-or-later
/**
 * Bytes of plain values and of vectors with 64-bit lengths: the one packing of messages, migration and saved states.
 * ByteReader throws RunError when the bytes end early.
 */
#ifndef fe2_lib_base_byte_buffer_h
#define fe2_lib_base_byte_buffer_h

#include <lib/base/errors.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

namespace fe2
{
using Bytes = std::vector<char>;

class ByteWriter
{
public:
  explicit ByteWriter(Bytes &bytes) : bytes_(bytes) {}

  template <class T>
  void put(const T &value)
  {
    static_assert(std::is_trivially_copyable_v<T>, "only plain values");
    put_raw(&value, sizeof(T));
  }
  template <class T>
  void put_many(const T *values, const std::size_t n)
  {
    put<std::uint64_t>(n);
    put_raw(values, n * sizeof(T));
  }
  void put(const std::vector<double> &values) { put_many(values.data(), values.size()); }
  void put(const std::string &text) { put_many(text.data(), text.size()); }

private:
  void put_raw(const void *data, const std::size_t size)
  {
    const char *begin = static_cast<const char *>(data);
    bytes_.insert(bytes_.end(), begin, begin + size);
  }
  Bytes &bytes_;
};

class ByteReader
{
public:
  explicit ByteReader(const Bytes &bytes) : next_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  bool done() const { return next_ == end_; }
  template <class T>
  T get()
  {
    T value;
    get_raw(&value, sizeof(T));
    return value;
  }
  template <class Container>
  Container get_many()
  {
    const auto n = get<std::uint64_t>();
    if (n > std::size_t(end_ - next_) / sizeof(typename Container::value_type))
      throw RunError("a packed state ends early");
    Container values;
    values.resize(n);
    get_raw(values.data(), n * sizeof(typename Container::value_type));
    return values;
  }

private:
  void get_raw(void *data, const std::size_t size)
  {
    if (size > std::size_t(end_ - next_))
      throw RunError("a packed state ends early");
    if (size > 0)
      std::memcpy(data, next_, size);
    next_ += size;
  }
  const char *next_, *end_;
};
} // namespace fe2

#endif

#include "results/history/tensorboard.hpp"

#include <catch2/catch.hpp>
#include <cstring>

#include "base/error.hpp"
#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace tensorboard_test {

using namespace shoal;
using shoal::testing::error_of;
using shoal::testing::TempFolder;

namespace {

template <typename T>
T little_endian(const std::string& bytes, std::size_t at) {
  T value{};
  std::memcpy(&value, bytes.substr(at, sizeof(T)).data(), sizeof(T));
  return value;
}

/// Slow reference: the CRC-32C as long division of the bits, most significant first, by x³² + … (0x1edc6f41), with
/// bits mirrored on the way in and out. Then TFRecord's mask.
std::uint32_t masked_crc_reference(const std::string& bytes) {
  std::uint32_t remainder = 0xffffffffU;
  for (const char byte : bytes) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      const std::uint32_t in = (static_cast<unsigned char>(byte) >> bit) & 1U;
      const bool divide = ((remainder >> 31U) ^ in) != 0;
      remainder = (remainder << 1U) ^ (divide ? 0x1edc6f41U : 0U);
    }
  }
  std::uint32_t crc = 0;
  for (unsigned bit = 0; bit < 32; ++bit) crc |= ((remainder >> bit) & 1U) << (31U - bit);
  crc = ~crc;
  return ((crc >> 15U) | (crc << 17U)) + 0xa282ead8U;
}

/// The events of a file whose lengths and check sums are all right; fails the test otherwise.
std::vector<std::string> events_of(const std::string& bytes) {
  std::vector<std::string> events;
  std::size_t at = 0;
  while (at < bytes.size()) {
    REQUIRE(bytes.size() - at >= 16);
    const auto length = little_endian<std::uint64_t>(bytes, at);
    REQUIRE(length <= bytes.size() - at - 16);
    CHECK(little_endian<std::uint32_t>(bytes, at + 8) == masked_crc_reference(bytes.substr(at, 8)));
    events.push_back(bytes.substr(at + 12, length));
    CHECK(little_endian<std::uint32_t>(bytes, at + 12 + length) == masked_crc_reference(events.back()));
    at += 16 + length;
  }
  return events;
}

/// One field of a protobuf message: all that events are made of.
struct Field {
  std::uint64_t number;
  std::uint64_t value;  ///< of varints, and the bits of fixed-size numbers
  std::string bytes;    ///< of strings and messages
};

std::uint64_t varint(const std::string& bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.at(at++));
    value |= std::uint64_t{byte & 0x7fU} << shift;
    if ((byte & 0x80U) == 0) return value;
  }
}

std::vector<Field> fields_of(const std::string& bytes) {
  std::vector<Field> fields;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::uint64_t tag = varint(bytes, at);
    Field field{tag >> 3U, 0, {}};
    const std::uint64_t wire = tag & 7U;
    if (wire == 0) {
      field.value = varint(bytes, at);
    } else {
      const std::size_t size = wire == 1 ? 8 : wire == 5 ? 4 : varint(bytes, at);
      field.bytes = bytes.substr(at, size);
      at += size;
    }
    fields.push_back(field);
  }
  return fields;
}

}  // namespace

TEST_CASE("the reference check sum gives the published value of CRC-32C") {
  // "123456789" has the CRC-32C 0xe3069283.
  const std::uint32_t crc = 0xe3069283U;
  CHECK(masked_crc_reference("123456789") == ((crc >> 15U) | (crc << 17U)) + 0xa282ead8U);
}

TEST_CASE("a new file has a name that TensorBoard looks for and begins with the version") {
  const TempFolder folder;
  const results::TensorBoardLog log(folder.path());
  CHECK(log.path().parent_path() == folder.path());
  CHECK(log.path().filename().string().find("events.out.tfevents.") == 0);
  const auto events = events_of(read_text(log.path()));
  REQUIRE(events.size() == 1);
  const auto fields = fields_of(events[0]);
  CHECK(fields.at(0).number == 1);
  CHECK(fields.at(1).number == 3);
  CHECK(fields.at(1).bytes == "brain.Event:2");
}

TEST_CASE("scalars are framed, and read back with step, tags and values") {
  const TempFolder folder;
  const results::TensorBoardLog log(folder.path());
  log.add(300, {{"utility/best", 0.5}, {"step_length", -2.25}});
  const auto events = events_of(read_text(log.path()));
  REQUIRE(events.size() == 2);
  const auto event = fields_of(events[1]);
  CHECK(little_endian<double>(event.at(0).bytes, 0) > 1.6e9);
  CHECK(event.at(1).number == 2);
  CHECK(event.at(1).value == 300);
  CHECK(event.at(2).number == 5);
  const auto values = fields_of(event.at(2).bytes);
  REQUIRE(values.size() == 2);
  CHECK(fields_of(values[0].bytes).at(0).bytes == "utility/best");
  CHECK(little_endian<float>(fields_of(values[0].bytes).at(1).bytes, 0) == 0.5F);
  CHECK(fields_of(values[1].bytes).at(0).bytes == "step_length");
  CHECK(little_endian<float>(fields_of(values[1].bytes).at(1).bytes, 0) == -2.25F);
}

TEST_CASE("each addition is a frame of its own, an empty one too") {
  const TempFolder folder;
  const results::TensorBoardLog log(folder.path());
  for (int step = 0; step < 4; ++step) log.add(step, {});
  const auto events = events_of(read_text(log.path()));
  REQUIRE(events.size() == 5);
  CHECK(fields_of(events[4]).at(1).value == 3);
}

TEST_CASE("events in a folder that is not there are a resource error") {
  const TempFolder folder;
  CHECK(error_of([&] { results::TensorBoardLog(folder / "missing"); }).substr(0, 2) == "4:");
}

}  // namespace tensorboard_test

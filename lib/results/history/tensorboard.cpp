#include "results/history/tensorboard.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/wire_format_lite.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <ctime>
#include <functional>

#include "base/error.hpp"
#include "base/file.hpp"
#include "base/host.hpp"

namespace shoal::results {
namespace {

using google::protobuf::internal::WireFormatLite;
using google::protobuf::io::CodedOutputStream;

std::string message(const std::function<void(CodedOutputStream&)>& write) {
  std::string bytes;
  google::protobuf::io::StringOutputStream stream(&bytes);
  CodedOutputStream coded(&stream);
  write(coded);
  coded.Trim();
  return bytes;
}

double now() { return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count(); }

// tensorflow/core/util/event.proto: Event { double wall_time = 1; int64 step = 2; string file_version = 3;
// Summary summary = 5; }, summary.proto: Summary { repeated Value value = 1; }, Value { string tag = 1;
// float simple_value = 2; }
std::string first_event() {
  return message([](CodedOutputStream& out) {
    WireFormatLite::WriteDouble(1, now(), &out);
    WireFormatLite::WriteString(3, "brain.Event:2", &out);
  });
}

std::string scalar_event(int step, const std::vector<TensorBoardLog::Scalar>& scalars) {
  const std::string summary = message([&](CodedOutputStream& out) {
    for (const auto& scalar : scalars) {
      WireFormatLite::WriteBytes(1, message([&](CodedOutputStream& value) {
                                   WireFormatLite::WriteString(1, scalar.tag, &value);
                                   WireFormatLite::WriteFloat(2, static_cast<float>(scalar.value), &value);
                                 }),
                                 &out);
    }
  });
  return message([&](CodedOutputStream& out) {
    WireFormatLite::WriteDouble(1, now(), &out);
    WireFormatLite::WriteInt64(2, step, &out);
    WireFormatLite::WriteBytes(5, summary, &out);
  });
}

std::string little_endian(std::uint64_t value, std::size_t bytes) {
  std::string text(bytes, '\0');
  std::memcpy(text.data(), &value, bytes);
  return text;
}

/// CRC-32C (Castagnoli, reflected polynomial 0x82f63b78), bit by bit: events are a few hundred bytes long.
std::uint32_t crc32c(const std::string& bytes) {
  std::uint32_t crc = 0xffffffffU;
  for (const char byte : bytes) {
    crc ^= static_cast<unsigned char>(byte);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1U) ^ ((crc & 1U) != 0 ? 0x82f63b78U : 0U);
  }
  return ~crc;
}

/// TFRecord's check sum: CRC-32C, rotated and offset so that a check sum of check sums stays useful.
std::string masked_crc(const std::string& bytes) {
  const std::uint32_t crc = crc32c(bytes);
  return little_endian(((crc >> 15U) | (crc << 17U)) + 0xa282ead8U, 4);
}

/// length, its check sum, data, its check sum.
std::string framed(const std::string& event) {
  const std::string length = little_endian(event.size(), 8);
  return length + masked_crc(length) + event + masked_crc(event);
}

}  // namespace

TensorBoardLog::TensorBoardLog(const std::filesystem::path& folder) {
  path_ = folder / fmt::format("events.out.tfevents.{}.{}.{}", std::time(nullptr), host_name(), ::getpid());
  write_durably(path_, framed(first_event()));
}

void TensorBoardLog::add(int step, const std::vector<Scalar>& scalars) const {
  append(path_, framed(scalar_event(step, scalars)));
}

}  // namespace shoal::results

#include "support/torch_catch.hpp"
//
#include <span>

#include "support/error_of.hpp"
#include "weights/safetensors/safetensors_bytes.hpp"
#include "weights/safetensors/safetensors_header.hpp"

namespace safetensors_header_test {

namespace {

using namespace shoal;
using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;
using testing::error_of;
using testing::safetensors_bytes;

const std::string eight_bytes(8, '\1');

std::string error_of_file(const std::string& bytes) {
  return error_of([&] { weights::parse_safetensors_header(std::as_bytes(std::span(bytes)), "bad.safetensors"); });
}

std::string error_of_header(const std::string& header, const std::string& data = eight_bytes) {
  return error_of_file(safetensors_bytes(header, data));
}

TEST_CASE("damaged headers are refused with a sentence that says what is wrong") {
  CHECK_THAT(error_of_file(""), StartsWith("3: ") && Contains("0 bytes long"));
  CHECK_THAT(error_of_file("1234567"), Contains("7 bytes long"));
  CHECK_THAT(error_of_file(std::string(8, '\xff')), Contains("header claims 18446744073709551615 bytes"));
  CHECK_THAT(error_of_file(std::string("\x09\0\0\0\0\0\0\0{}", 10)), Contains("header claims 9 bytes"));
  CHECK_THAT(error_of_file(std::string(8, '\0')), Contains("not an object"));
  CHECK_THAT(error_of_header("[]"), Contains("not an object"));
  CHECK_THAT(error_of_header("{\"x\":"), Contains("not valid JSON"));
  CHECK_THAT(error_of_header("{\"\xff\":1}"), Contains("not valid JSON"));
  CHECK_THAT(error_of_header("{} {}"), Contains("not valid JSON"));
  CHECK_THAT(error_of_header(R"({"x":1})"), Contains("\"x\" has no dtype"));
  CHECK_THAT(error_of_header(R"({"__metadata__":[]})"), Contains("__metadata__ is not an object"));
  CHECK_THAT(error_of_header(R"({"__metadata__":{"a":1}})"), Contains("something else than strings"));
}

TEST_CASE("duplicate names are refused, at any level") {
  const std::string entry = R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})";
  CHECK_THAT(error_of_header(R"({"x":)" + entry + R"(,"x":)" + entry + "}"),
             StartsWith("3: ") && Contains("\"x\" twice"));
  CHECK_THAT(error_of_header(R"({"x":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}})"),
             Contains("\"dtype\" twice"));
}

TEST_CASE("impossible types, shapes and offsets are refused") {
  const auto with = [](const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return error_of_header(R"({"x":{"dtype":)" + dtype + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets +
                           "}}");
  };
  CHECK_THAT(with(R"("F8_E4M3")", "[8]", "[0,8]"), Contains("unsupported dtype \"F8_E4M3\""));
  CHECK_THAT(with("7", "[2]", "[0,8]"), Contains("has no dtype"));
  CHECK_THAT(with(R"("F32")", "null", "[0,8]"), Contains("has no shape"));
  CHECK_THAT(with(R"("F32")", "[-2]", "[0,8]"), Contains("impossible shape"));
  CHECK_THAT(with(R"("F32")", "[2.0]", "[0,8]"), Contains("impossible shape"));
  CHECK_THAT(with(R"("F32")", "[4294967296,4294967296,2]", "[0,8]"), Contains("impossible shape"));
  CHECK_THAT(with(R"("F32")", "[2147483647,2147483647,2147483647]", "[0,8]"), Contains("too large"));
  CHECK_THAT(with(R"("F32")", "[0,2147483647,2147483647,2147483647]", "[0,0]"), Contains("too large"));
  std::string ones = "[1";
  for (int i = 0; i < 64; ++i) ones += ",1";
  CHECK_THAT(with(R"("F32")", ones + "]", "[0,4]"), Contains("too many dimensions"));
  CHECK_THAT(with(R"("F32")", "[2]", "[0]"), Contains("no data_offsets"));
  CHECK_THAT(with(R"("F32")", "[2]", "[-1,8]"), Contains("no data_offsets"));
  CHECK_THAT(with(R"("F32")", "[2]", "[8,0]"), Contains("outside the file"));
  CHECK_THAT(with(R"("F32")", "[4]", "[0,16]"), Contains("outside the file"));
  CHECK_THAT(with(R"("F32")", "[2]", "[0,18446744073709551615]"), Contains("outside the file"));
  CHECK_THAT(with(R"("F32")", "[3]", "[0,8]"), Contains("a size that its shape denies"));
}

TEST_CASE("tensors must cover the data once and without holes") {
  const auto two = [](const std::string& first, const std::string& second, std::size_t bytes) {
    return error_of_header(R"({"x":{"dtype":"U8","shape":[4],"data_offsets":)" + first +
                               R"(},"y":{"dtype":"U8","shape":[4],"data_offsets":)" + second + "}}",
                           std::string(bytes, '\1'));
  };
  CHECK(two("[0,4]", "[4,8]", 8) == "none");
  CHECK(two("[4,8]", "[0,4]", 8) == "none");
  CHECK_THAT(two("[0,4]", "[2,6]", 6), Contains("\"y\" overlaps"));
  CHECK_THAT(two("[0,4]", "[0,4]", 4), Contains("overlaps"));
  CHECK_THAT(two("[0,4]", "[6,10]", 10), Contains("2 bytes before tensor \"y\""));
  CHECK_THAT(two("[0,4]", "[4,8]", 9), Contains("1 bytes at its end"));
}

TEST_CASE("an endless or unprintable tensor name does not make an endless or unprintable sentence") {
  const std::string error = error_of_header("{\"a\\n\\u001b" + std::string(5000, 'b') + "\":1}");

  CHECK(error.size() < 500);
  CHECK(error.find('\n') == std::string::npos);
  CHECK(error.find('\x1b') == std::string::npos);
}

TEST_CASE("bottomless nesting is refused") {
  CHECK_THAT(error_of_header("{\"x\":" + std::string(100'000, '[')), StartsWith("3: ") && Contains("too deeply"));
}

}  // namespace

}  // namespace safetensors_header_test

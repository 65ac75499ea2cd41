#include "base/hash.hpp"

#include <catch2/catch.hpp>

#include "base/file.hpp"
#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace shoal::hash_test {

TEST_CASE("sha256 gives the published digests (FIPS 180-4 examples)", "[hash]") {
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256(std::string(1000000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("sha256_file is the digest of the file's bytes, zeros included", "[hash]") {
  const testing::TempFolder folder;
  const std::string bytes("a\0b\n", 4);
  write_durably(folder / "file", bytes);
  CHECK(sha256_file(folder / "file") == sha256(bytes));
}

TEST_CASE("sha256_file of a file longer than the pieces it is read in is the digest of the whole", "[hash]") {
  const testing::TempFolder folder;
  std::string bytes((std::size_t{1} << 24) * 2 + 5, 'a');
  bytes[std::size_t{1} << 24] = 'b';
  write_durably(folder / "file", bytes);
  CHECK(sha256_file(folder / "file") == sha256(bytes));
}

TEST_CASE("sha256_file of an empty file is the digest of nothing", "[hash]") {
  const testing::TempFolder folder;
  write_durably(folder / "empty", "");
  CHECK(sha256_file(folder / "empty") == sha256(""));
}

TEST_CASE("sha256_file of a missing file is an input error that names it", "[hash]") {
  const std::string error = testing::error_of([] { sha256_file("/no/such/file"); });
  CHECK(error == "3: cannot open /no/such/file (No such file or directory). Check the path.");
}

TEST_CASE("xxh3 gives the published hashes", "[hash]") {
  CHECK(xxh3("") == 0x2d06800538d394c2ULL);
  CHECK(xxh3("abc") == 0x78af5f94892f3950ULL);
}

TEST_CASE("xxh3 notices one changed bit anywhere in a file", "[hash]") {
  const std::string original(5000, 'x');
  for (const std::size_t position : {std::size_t{0}, std::size_t{2500}, std::size_t{4999}}) {
    std::string damaged = original;
    damaged[position] = static_cast<char>(damaged[position] ^ 1);
    CHECK(xxh3(damaged) != xxh3(original));
  }
}

TEST_CASE("the check sum of pieces is that of the whole") {
  const std::string whole(100'000, 'x');
  const std::string_view view = whole;
  const std::vector<std::string_view> pieces{view.substr(0, 1), view.substr(1, 70'000), {}, view.substr(70'001)};
  CHECK(xxh3(pieces) == xxh3(whole));
  CHECK(xxh3(std::vector<std::string_view>{}) == xxh3(""));
}

}  // namespace shoal::hash_test

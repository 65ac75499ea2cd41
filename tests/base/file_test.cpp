#include "base/file.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "support/error_of.hpp"
#include "support/temp_folder.hpp"

namespace shoal::file_test {
namespace {

using testing::error_of;
using testing::TempFolder;

std::string text_of(const MappedFile& file) {
  return {reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size()};
}

std::size_t entries(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator(folder), std::filesystem::directory_iterator()));
}

/// Files may not grow beyond `bytes` while this lives: writes come back short, then fail.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  FileSizeLimit(const FileSizeLimit&) = delete;
  FileSizeLimit& operator=(const FileSizeLimit&) = delete;
  ~FileSizeLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int) = SIG_DFL;
};

}  // namespace

TEST_CASE("read_text gives back every byte that was written", "[file]") {
  const TempFolder folder;
  const std::string bytes("line\n\0\xff end", 11);
  write_durably(folder / "file", bytes);
  CHECK(read_text(folder / "file") == bytes);
}

TEST_CASE("read_text follows a symbolic link to a file", "[file]") {
  const TempFolder folder;
  write_durably(folder / "file", "text");
  std::filesystem::create_symlink("file", folder / "link");
  CHECK(read_text(folder / "link") == "text");
}

TEST_CASE("reading a missing file is an input error with path and reason", "[file]") {
  CHECK(error_of([] { read_text("/no/such/file"); }) ==
        "3: cannot open /no/such/file (No such file or directory). Check the path.");
  CHECK(error_of([] { MappedFile("/no/such/file"); }) ==
        "3: cannot open /no/such/file (No such file or directory). Check the path.");
}

TEST_CASE("reading a folder or a device is an input error that says so", "[file]") {
  CHECK(error_of([] { read_text("/tmp"); }) == "3: cannot read /tmp (it is a folder). A file is expected here.");
  CHECK(error_of([] { MappedFile("/tmp"); }) == "3: cannot read /tmp (it is a folder). A file is expected here.");
  CHECK(error_of([] { read_text("/dev/null"); }) ==
        "3: cannot read /dev/null (it is not a regular file). A file is expected here.");
}

TEST_CASE("write_durably replaces what was there", "[file]") {
  const TempFolder folder;
  write_durably(folder / "file", "a long first content");
  write_durably(folder / "file", "short");
  CHECK(read_text(folder / "file") == "short");
}

TEST_CASE("append_durably keeps what was there and makes a missing file", "[file]") {
  const TempFolder folder;
  append_durably(folder / "log", "one\n");
  append_durably(folder / "log", "two\n");
  CHECK(read_text(folder / "log") == "one\ntwo\n");
}

TEST_CASE("append leaves the bytes for whoever reads next, and sync_file makes them durable", "[file]") {
  const TempFolder folder;
  append(folder / "log", "one\n");
  append(folder / "log", "two\n");
  CHECK(read_text(folder / "log") == "one\ntwo\n");
  CHECK_NOTHROW(sync_file(folder / "log"));
  CHECK(error_of([&] { sync_file(folder / "none"); }) ==
        "4: cannot sync " + (folder / "none").string() + " (No such file or directory).");
  CHECK(error_of([&] { append(folder / "no/such", "x"); }).starts_with("4: cannot write "));
}

TEST_CASE("the free space of a folder that is yet to be made is that of the nearest one above it", "[file]") {
  const TempFolder folder;
  CHECK(free_bytes(folder.path()) > 0);
  CHECK(free_bytes(folder / "a/b/c") > 0);
}

TEST_CASE("a file system that does not count its blocks is not full", "[file]") { CHECK(free_bytes("/proc") > 0); }

TEST_CASE("the free space below a file is a resource error", "[file]") {
  const TempFolder folder;
  write_durably(folder / "file", "");
  CHECK(error_of([&] { free_bytes(folder / "file/sub"); }) ==
        "4: cannot ask for the free space of " + (folder / "file/sub").string() + " (Not a directory).");
}

TEST_CASE("write_atomically replaces the file and leaves no temporary behind", "[file]") {
  const TempFolder folder;
  write_durably(folder / "file", "old");
  write_atomically(folder / "file", "new");
  CHECK(read_text(folder / "file") == "new");
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("a full disk ends in a resource error", "[file]") {
  const std::string error = error_of([] { write_durably("/dev/full", "x"); });
  CHECK(error == "4: cannot write /dev/full (No space left on device). Free space and try again.");
}

TEST_CASE("a write that runs out of space half way leaves the old file and no temporary", "[file]") {
  const TempFolder folder;
  write_durably(folder / "file", "old");
  std::string error;
  {
    const FileSizeLimit limit(1000);
    error = error_of([&] { write_atomically(folder / "file", std::string(5000, 'x')); });
  }
  CHECK(error.substr(0, 3) == "4: ");
  CHECK(read_text(folder / "file") == "old");
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("writing into a missing folder is a resource error", "[file]") {
  const TempFolder folder;
  const std::filesystem::path target = folder / "missing" / "file";
  const std::string expected =
      "4: cannot write " + target.string() + " (No such file or directory). Free space or choose another folder.";
  CHECK(error_of([&] { write_durably(target, "x"); }) == expected);
  CHECK(error_of([&] { append_durably(target, "x"); }) == expected);
  CHECK(error_of([&] { write_atomically(target, "x"); }).substr(0, 3) == "4: ");
}

TEST_CASE("write_atomically onto a folder is a resource error without a temporary left", "[file]") {
  const TempFolder folder;
  make_folders(folder / "target");
  CHECK(error_of([&] { write_atomically(folder / "target", "x"); }) ==
        "4: cannot write " + (folder / "target").string() + " (Is a directory).");
  CHECK(entries(folder.path()) == 1);
}

TEST_CASE("make_folders makes all that are missing and accepts those that exist", "[file]") {
  const TempFolder folder;
  make_folders(folder / "a" / "b");
  make_folders(folder / "a" / "b");
  CHECK(std::filesystem::is_directory(folder / "a" / "b"));
}

TEST_CASE("make_folders below a file is a resource error", "[file]") {
  const TempFolder folder;
  write_durably(folder / "file", "");
  CHECK(error_of([&] { make_folders(folder / "file" / "sub"); }) ==
        "4: cannot create folder " + (folder / "file" / "sub").string() + " (Not a directory). Choose another one.");
}

TEST_CASE("sync_folder accepts a folder, the present one too, and refuses a missing one", "[file]") {
  const TempFolder folder;
  CHECK_NOTHROW(sync_folder(folder.path()));
  CHECK_NOTHROW(sync_folder(""));
  CHECK(error_of([] { sync_folder("/no/such/folder"); }) ==
        "4: cannot open folder /no/such/folder (No such file or directory).");
}

TEST_CASE("a mapped file shows the bytes of the file", "[file]") {
  const TempFolder folder;
  write_durably(folder / "file", "mapped bytes");
  CHECK(text_of(MappedFile(folder / "file")) == "mapped bytes");
}

TEST_CASE("an empty file maps to no bytes", "[file]") {
  const TempFolder folder;
  write_durably(folder / "file", "");
  CHECK(MappedFile(folder / "file").bytes().empty());
}

TEST_CASE("a pipe in place of a file is refused at once", "[file]") {
  const TempFolder folder;
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK(error_of([&] { read_text(folder / "pipe"); }).starts_with("3: "));
  CHECK(error_of([&] { MappedFile(folder / "pipe"); }).starts_with("3: "));
}

TEST_CASE("a mapping moves with its bytes", "[file]") {
  const TempFolder folder;
  write_durably(folder / "one", "1");
  write_durably(folder / "two", "22");
  MappedFile first(folder / "one");
  MappedFile second(std::move(first));
  CHECK(first.bytes().empty());
  CHECK(text_of(second) == "1");
  second = MappedFile(folder / "two");
  CHECK(text_of(second) == "22");
}

TEST_CASE("a mapped file reads the same after its pages were released") {
  const shoal::testing::TempFolder folder;
  const std::string content(100000, 'q');
  shoal::write_durably(folder / "file", content);
  const shoal::MappedFile file(folder / "file");
  const auto text = [&] {
    return std::string(reinterpret_cast<const char*>(file.bytes().data()), file.bytes().size());
  };
  CHECK(text() == content);
  file.release();
  CHECK(text() == content);
}

TEST_CASE("a content in pieces is written one piece after the other", "[file]") {
  const TempFolder folder;
  const std::vector<std::string_view> pieces{"one ", "", "two"};
  write_durably(folder / "file", pieces);
  CHECK(read_text(folder / "file") == "one two");
  CHECK(error_of([&] { write_durably("/dev/full", pieces); }).substr(0, 2) == "4:");
}

TEST_CASE("a linked file is the same file, and stays when its first name goes", "[file]") {
  const TempFolder folder;
  write_durably(folder / "first", "content");
  CHECK(link_file(folder / "first", folder / "second"));
  CHECK_FALSE(link_file(folder / "first", folder / "second"));
  CHECK_FALSE(link_file(folder / "none", folder / "third"));
  std::filesystem::remove(folder / "first");
  CHECK(read_text(folder / "second") == "content");
}

}  // namespace shoal::file_test

#include "base/hash.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <memory>
#include <span>

#include "base/error.hpp"
#include "base/file.hpp"

namespace shoal {
namespace {

using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

Context begin_sha256() {
  Context context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  expect(context && EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1, "OpenSSL could not begin a SHA-256.");
  return context;
}

void add(const Context& context, const void* data, std::size_t size) {
  expect(EVP_DigestUpdate(context.get(), data, size) == 1, "OpenSSL could not compute a SHA-256.");
}

std::string finish(const Context& context) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  expect(EVP_DigestFinal_ex(context.get(), digest.data(), &size) == 1, "OpenSSL could not finish a SHA-256.");
  std::string text;
  for (unsigned int i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

}  // namespace

std::string sha256(std::string_view bytes) {
  const Context context = begin_sha256();
  add(context, bytes.data(), bytes.size());
  return finish(context);
}

// Model files are large: what has been read leaves memory again.
std::string sha256_file(const std::filesystem::path& path) {
  constexpr std::size_t piece = std::size_t{1} << 24;
  const MappedFile file(path);
  const std::span<const std::byte> bytes = file.bytes();
  const Context context = begin_sha256();
  for (std::size_t begin = 0; begin < bytes.size(); begin += piece) {
    const auto part = bytes.subspan(begin, std::min(piece, bytes.size() - begin));
    add(context, part.data(), part.size());
    file.release();
  }
  return finish(context);
}

std::uint64_t xxh3(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

std::uint64_t xxh3(std::span<const std::string_view> pieces) {
  const std::unique_ptr<XXH3_state_t, decltype(&XXH3_freeState)> state(XXH3_createState(), &XXH3_freeState);
  expect(state && XXH3_64bits_reset(state.get()) == XXH_OK, "xxHash could not begin.");
  for (const std::string_view piece : pieces) XXH3_64bits_update(state.get(), piece.data(), piece.size());
  return XXH3_64bits_digest(state.get());
}

}  // namespace shoal

#include "model/batch_parts.hpp"

#include <algorithm>
#include <iterator>
#include <optional>

#include "base/error.hpp"
#include "model/memory_shortage.hpp"

namespace shoal::model {

namespace {

using Requests = std::span<const GenerationRequest>;

std::int64_t tokens_of(Requests part) {
  std::int64_t tokens = 0;
  for (std::size_t i = 0; i < part.size(); ++i) tokens += added_tokens(i == 0 ? nullptr : &part[i - 1], part[i]);
  return tokens;
}

/// How many requests, from the first on, have at most so many tokens together; at least one.
std::size_t fitting(Requests requests, std::int64_t most_tokens) {
  std::size_t count = 1;
  std::int64_t tokens = added_tokens(nullptr, requests.front());
  for (; count < requests.size(); ++count) {
    tokens += added_tokens(&requests[count - 1], requests[count]);
    if (tokens > most_tokens) break;
  }
  return count;
}

void append(GenerationResult& all, GenerationResult part) {
  std::ranges::move(part.generations, std::back_inserter(all.generations));
  all.counts += part.counts;
}

/// Empty when memory does not suffice.
std::optional<GenerationResult> attempt(Requests part, const Generate& generate) {
  try {
    return generate(part);
  } catch (const std::exception& error) {
    if (!is_memory_shortage(error)) throw;
  }
  return std::nullopt;
}

void lower(std::atomic<std::int64_t>& limit, std::int64_t value) {
  auto current = limit.load();
  while (value < current && !limit.compare_exchange_weak(current, value)) {
  }
}

}  // namespace

std::int64_t added_tokens(const GenerationRequest* previous, const GenerationRequest& request) {
  std::ptrdiff_t shared = 0;
  if (previous != nullptr) {
    shared = std::ranges::mismatch(previous->prompt, request.prompt).in2 - request.prompt.begin();
  }
  return static_cast<std::int64_t>(request.prompt.size()) - shared + request.max_new_tokens;
}

GenerationResult generate_in_parts(Requests requests, std::atomic<std::int64_t>& most_tokens,
                                   const Generate& generate) {
  GenerationResult all;
  while (!requests.empty()) {
    const Requests part = requests.first(fitting(requests, most_tokens));
    if (auto result = attempt(part, generate)) {
      append(all, std::move(*result));
      requests = requests.subspan(part.size());
    } else if (part.size() > 1) {
      lower(most_tokens, tokens_of(part) / 2);
    } else {
      fail(ExitCode::resource,
           "A prompt of {} tokens and {} new ones do not fit into memory (keys, values and intermediate results). Use "
           "fewer threads or ranks per node, or shorten the example.",
           part.front().prompt.size(), part.front().max_new_tokens);
    }
  }
  return all;
}

}  // namespace shoal::model

#include "model/decoding/batch_parts.hpp"

#include <algorithm>
#include <iterator>

#include "base/error.hpp"
#include "model/memory_shortage.hpp"

namespace shoal::model {

namespace {

/// Consecutive items.
struct Part {
  std::size_t first;
  std::size_t count;
};

std::int64_t tokens_of(const PartsPlan& plan, Part part) {
  std::int64_t tokens = 0;
  for (std::size_t i = 0; i < part.count; ++i) tokens += plan.added_tokens(part.first, part.first + i);
  return tokens;
}

/// The longest part from `first` on that has at most so many tokens; at least one item.
Part fitting(const PartsPlan& plan, std::size_t first, std::int64_t most_tokens) {
  Part part{first, 1};
  std::int64_t tokens = plan.added_tokens(first, first);
  for (; first + part.count < plan.items; ++part.count) {
    tokens += plan.added_tokens(first, first + part.count);
    if (tokens > most_tokens) break;
  }
  return part;
}

/// False when memory does not suffice.
bool attempt(Part part, const std::function<void(std::size_t, std::size_t)>& work) {
  try {
    work(part.first, part.count);
    return true;
  } catch (const std::exception& error) {
    if (!is_memory_shortage(error)) throw;
  }
  return false;
}

void lower(std::atomic<std::int64_t>& limit, std::int64_t value) {
  auto current = limit.load();
  while (value < current && !limit.compare_exchange_weak(current, value)) {
  }
}

}  // namespace

void work_in_parts(const PartsPlan& plan, std::atomic<std::int64_t>& most_tokens,
                   const std::function<void(std::size_t, std::size_t)>& work) {
  for (std::size_t done = 0; done < plan.items;) {
    const Part part = fitting(plan, done, most_tokens);
    if (attempt(part, work)) {
      done += part.count;
    } else if (part.count > 1) {
      lower(most_tokens, tokens_of(plan, part) / 2);
    } else {
      fail(ExitCode::resource,
           "{} cannot be held in memory (keys, values and intermediate results). Use fewer threads or ranks per node, "
           "or "
           "shorten the example.",
           plan.describe(part.first));
    }
  }
}

std::int64_t added_tokens(const GenerationRequest* previous, const GenerationRequest& request) {
  std::ptrdiff_t shared = 0;
  if (previous != nullptr) {
    shared = std::ranges::mismatch(previous->prompt, request.prompt).in2 - request.prompt.begin();
  }
  return static_cast<std::int64_t>(request.prompt.size()) - shared + request.max_new_tokens;
}

namespace {

/// A request as one of all requests of several groups.
struct Place {
  std::size_t group;
  std::size_t index;  ///< in its group
};

std::vector<Place> places_in(std::span<const GenerationGroup> groups) {
  std::vector<Place> places;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    for (std::size_t i = 0; i < groups[g].requests.size(); ++i) places.push_back({g, i});
  }
  return places;
}

/// What the requests at `places` are of their groups: pieces, each of one group.
std::vector<GenerationGroup> pieces_of(std::span<const GenerationGroup> groups, std::span<const Place> places) {
  std::vector<GenerationGroup> pieces;
  for (auto begin = places.begin(); begin != places.end();) {
    const auto end = std::find_if(begin, places.end(), [&](const Place& place) { return place.group != begin->group; });
    const GenerationGroup& group = groups[begin->group];
    pieces.push_back({group.variant, group.requests.subspan(begin->index, static_cast<std::size_t>(end - begin))});
    begin = end;
  }
  return pieces;
}

void append(GenerationResult part, GenerationResult& all) {
  std::ranges::move(part.generations, std::back_inserter(all.generations));
  all.counts += part.counts;
}

}  // namespace

std::vector<GenerationResult> generate_in_parts(std::span<const GenerationGroup> groups,
                                                std::atomic<std::int64_t>& most_tokens,
                                                const GenerateTogether& generate) {
  const std::vector<Place> places = places_in(groups);
  const auto request = [&](std::size_t i) -> const GenerationRequest& {
    return groups[places[i].group].requests[places[i].index];
  };
  const PartsPlan plan{places.size(),
                       [&](std::size_t first, std::size_t i) {
                         const bool begins = i == first || places[i].index == 0;
                         return added_tokens(begins ? nullptr : &request(i - 1), request(i));
                       },
                       [&](std::size_t i) {
                         return fmt::format("A prompt of {} tokens and {} new ones", request(i).prompt.size(),
                                            request(i).max_new_tokens);
                       }};
  std::vector<GenerationResult> all(groups.size());
  work_in_parts(plan, most_tokens, [&](std::size_t first, std::size_t count) {
    const auto part = std::span(places).subspan(first, count);
    std::vector<GenerationResult> results = generate(pieces_of(groups, part));
    std::size_t piece = 0;
    for (std::size_t i = 0; i < part.size(); ++i) {
      if (i == 0 || part[i].group != part[i - 1].group) append(std::move(results[piece++]), all[part[i].group]);
    }
  });
  return all;
}

}  // namespace shoal::model

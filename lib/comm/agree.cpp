#include "comm/agree.hpp"

#include <array>
#include <new>
#include <optional>
#include <string>

#include "base/error.hpp"

namespace shoal::comm {
namespace {

std::optional<Error> failure_of(const std::function<void()>& work) {
  try {
    work();
    return std::nullopt;
  } catch (const Error& error) {
    return error;
  } catch (const std::bad_alloc&) {
    return Error(ExitCode::resource, "out of memory. Use fewer threads or ranks per node, or a smaller dtype.");
  } catch (const std::exception& error) {
    const std::string text = error.what();
    return Error(ExitCode::internal, "internal error: " + text.substr(0, text.find('\n')));
  } catch (...) {
    return Error(ExitCode::internal, "internal error: an exception of an unknown type.");
  }
}

/// "3 sentence", or nothing.
std::string encode(const std::optional<Error>& failure) {
  return failure ? std::to_string(static_cast<int>(failure->code())) + " " + failure->what() : std::string();
}

Error decode(const std::string& text) {
  const std::size_t space = text.find(' ');
  return {static_cast<ExitCode>(std::stoi(text.substr(0, space))), text.substr(space + 1)};
}

}  // namespace

void agree(const Communicator& comm, const std::function<void()>& work) {
  const auto failure = failure_of(work);
  if (!any(comm, failure.has_value())) return;
  for (const std::string& text : comm.all_gather(encode(failure))) {
    if (!text.empty()) throw decode(text);
  }
}

bool any(const Communicator& comm, bool flag) {
  std::array<double, 1> value{flag ? 1.0 : 0.0};
  comm.all_reduce(Buffer::of(value), ReduceOp::max);
  return value[0] != 0.0;
}

}  // namespace shoal::comm

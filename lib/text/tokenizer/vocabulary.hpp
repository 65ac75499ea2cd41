#pragma once

#include <string>

#include "text/tokenizer/tokenizer.hpp"

namespace shoal::text {

/// The lowest id that does not mean the same token to both, as a clause: "token 7 is "a" there and "b" here"; empty
/// when the vocabularies are the same. How text is cut into tokens is not compared.
std::string first_difference(const Tokenizer& here, const Tokenizer& there);

}  // namespace shoal::text

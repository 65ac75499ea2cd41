#pragma once

#include <cstdint>
#include <string>
#include <string_view>

/// Text for the HTML report. What returns HTML says so; every string from outside passes through escape() on its way
/// in.
namespace shoal::report {

/// `text` with & < > " ' replaced: safe as HTML text and inside a quoted attribute.
std::string escape(std::string_view text);

/// Three decimals with a true minus sign; an en dash when not finite.
std::string score(double value);

/// The same with an explicit plus sign.
std::string signed_score(double value);

/// HTML: "0.781 ± 0.018", the error set smaller.
std::string score_with_error(double value, double standard_error);
std::string signed_score_with_error(double value, double standard_error);

/// 1,234,567
std::string count(std::int64_t value);

/// `count` with a noun that takes an s unless the count is one: "3 ranks".
std::string counted(std::int64_t value, std::string_view noun);

/// A rate in [0, 1] as "3.2 %".
std::string percent(double rate);

/// Seconds as "8.4 s", "4 min 10 s" or "2 h 03 min".
std::string duration(double seconds);

/// Bytes as "1.2 GiB".
std::string memory(std::int64_t bytes);

}  // namespace shoal::report

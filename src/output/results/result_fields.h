// Parses the fields of a row; shared by the CSV and NDJSON sides of ResultReader.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ringsweep/output/results/result_reader.h"

namespace ringsweep {

// The columns of CSV and the fields of NDJSON.
inline constexpr std::array<std::string_view, 11> result_columns = {
    "address", "name", "state", "rtt_ms", "ttl", "attempts", "responder", "icmp_type", "icmp_code", "reason", "time"};

// Splits a line as RFC 4180 says. False where a quote is not closed, or text follows the closing one.
bool split_csv(std::string_view line, std::vector<std::string>& fields);

// Reads "fe80::1%eth0"; "" is no address. False where the text is invalid.
bool read_address(std::string_view text, ResultAddress& address);

// Reads "2026-11-25T03:48:15.123Z"; false where the text is invalid.
bool read_time(std::string_view text, std::int64_t& realtime_ns);

// Fills a row from the texts of the result_columns; absent ones are empty. Returns what is wrong with the first invalid
// field, such as "invalid state 'up'"; empty where all are valid.
std::string read_fields(std::span<const std::string> fields, ResultRow& row);

}  // namespace ringsweep

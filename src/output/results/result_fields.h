// The fields of a row as text, and back: what ResultReader shares between CSV and NDJSON.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "ringsweep/output/results/result_reader.h"

namespace ringsweep {

// Columns of CSV and fields of NDJSON.
inline constexpr std::array<std::string_view, 11> result_columns = {
    "address", "name", "state", "rtt_ms", "ttl", "attempts", "responder", "icmp_type", "icmp_code", "reason", "time"};

// Splits a line by RFC 4180. False: a quote that does not end, or text behind one.
bool split_csv(std::string_view line, std::vector<std::string>& fields);

// "fe80::1%eth0"; "" is none. False where it is no address.
bool read_address(std::string_view text, ResultAddress& address);

// "2026-11-25T03:48:15.123Z"; false: it is none.
bool read_time(std::string_view text, std::int64_t& realtime_ns);

// What is wrong with a field: "state 'up' is none". Empty: nothing.
using Complaint = std::string;

// Fills a row from the texts of the result_columns; absent ones are empty.
Complaint read_fields(std::span<const std::string> fields, ResultRow& row);

}  // namespace ringsweep

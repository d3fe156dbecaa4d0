// What the user asked of a sweep, as plain values that the command line has validated. Units are in the names; an empty
// optional means that the program decides (ringsweep(1), OPTIONS).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/base/limits.h"
#include "ringsweep/core/probe/pacer.h"
#include "ringsweep/output/rows/row_format.h"

namespace ringsweep {

enum class Order {
  random,
  address
};
enum class EngineChoice {
  automatic,
  uring,
  mmsg
};
enum class SocketChoice {
  automatic,
  dgram,
  raw
};
enum class ProgressChoice {
  automatic,
  on,
  off
};

// Where results go, for every command that writes some.
struct OutputOptions {
  std::string output_file;              // empty: stdout, in the default format; "-": stdout
  std::optional<RowFormatKind> format;  // empty: by the output
  bool header = true;
  std::string summary_json_file;
  std::string store_file;
  bool quiet = false;
};

struct SweepOptions : OutputOptions {
  std::string command = "sweep";
  std::vector<std::string> arguments;  // the words of the command line

  // Targets.
  std::vector<std::string> targets;
  std::vector<std::string> target_files;  // "-" is stdin
  std::vector<std::string> excludes;
  std::vector<std::string> exclude_files;
  std::uint64_t max_targets = default_max_targets;
  bool all_addresses = false;
  bool allow_v4 = true;
  bool allow_v6 = true;

  // Probing.
  std::optional<Rate> rate;
  std::uint32_t attempts = 3;
  std::int64_t timeout_ns = ns_per_s;
  std::int64_t linger_ns = 0;
  std::size_t payload_size = token_size;
  std::optional<int> ttl;
  std::optional<int> tos;
  std::string interface;
  std::optional<Address> source_v4;
  std::optional<Address> source_v6;

  // Order.
  std::optional<std::uint64_t> seed;
  Order order = Order::random;
  std::uint64_t shard = 1;
  std::uint64_t shards = 1;

  // Engine.
  EngineChoice engine = EngineChoice::automatic;
  SocketChoice socket = SocketChoice::automatic;
  std::optional<unsigned> workers;  // empty: auto
  std::uint32_t batch = default_batch;
  bool guards = true;

  // Output.
  std::vector<std::string> show;  // states and reasons; empty: the default of the format; "all"
  bool alive_only = false;
  bool mac = false;  // columns
  bool rdns = false;
  std::string metrics_file;
  std::string job_name = "ringsweep";         // of the metrics
  std::optional<std::int64_t> store_keep_ns;  // older sweeps are deleted
  ProgressChoice progress = ProgressChoice::automatic;
  bool expect_all = false;
  std::optional<std::uint64_t> expect_alive;
  bool dry_run = false;
  bool resume = false;   // finish the sweep of output_file
  bool restart = false;  // start over, even if that sweep is unfinished
};

}  // namespace ringsweep

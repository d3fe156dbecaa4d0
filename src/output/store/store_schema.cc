// README shows the same text; tests/cli/results/store_test.py compares.
#include "ringsweep/output/store/store_schema.h"

#include <array>

namespace ringsweep {
namespace {

// A clustered table takes keys in random order at a tenth of the rate of one that only grows (in trials 25,000 against
// 300,000 rows a second of CPU time), so rows arrive in one of the second kind and are moved, sorted, at the end.
constexpr const char* version_1 = R"sql(
CREATE TABLE sweeps (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  series TEXT NOT NULL,          -- the same for sweeps of the same targets with the same options
  plan_id TEXT NOT NULL,         -- as in the summary
  command TEXT NOT NULL,         -- 'sweep', 'merge'
  arguments TEXT NOT NULL,       -- the words of the command line, as JSON
  version TEXT NOT NULL,         -- of ringsweep
  targets INTEGER NOT NULL,
  seed TEXT NOT NULL,
  shard INTEGER NOT NULL,        -- part `shard` of `shards`
  shards INTEGER NOT NULL,
  started_ns INTEGER NOT NULL,   -- all times: ns since 1970, UTC
  finished_ns INTEGER,           -- NULL: running, or killed
  complete INTEGER NOT NULL,     -- 1: every target was decided, and nothing is only a lower bound
  exit INTEGER,
  summary TEXT                   -- as --summary-json writes it
);
CREATE TABLE hosts (
  key BLOB NOT NULL,             -- 16 bytes; IPv4 as ::ffff:a.b.c.d
  zone TEXT NOT NULL,            -- of fe80::1%eth0: 'eth0'
  name TEXT NOT NULL,            -- '' where the target was an address
  address TEXT NOT NULL,
  first_alive_ns INTEGER NOT NULL,
  last_alive_ns INTEGER NOT NULL,
  rtt_ns INTEGER,                -- when it was last alive
  last_state TEXT NOT NULL,
  last_state_ns INTEGER NOT NULL,
  mac TEXT,                      -- what --mac and --rdns told last
  rdns TEXT,
  PRIMARY KEY (key, zone, name)
) WITHOUT ROWID;
CREATE TABLE settled (
  sweep INTEGER NOT NULL REFERENCES sweeps (id) ON DELETE CASCADE,
  key BLOB NOT NULL,             -- empty: a name without an address
  zone TEXT NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  rtt_ns INTEGER,
  ttl INTEGER,
  attempts INTEGER NOT NULL,
  responder TEXT,
  icmp_type INTEGER,
  icmp_code INTEGER,
  time_ns INTEGER NOT NULL,
  mac TEXT,                      -- NULL: none, or not asked for; so for rdns
  rdns TEXT,
  PRIMARY KEY (sweep, key, zone, name)
) WITHOUT ROWID;
CREATE TABLE arrivals (
  sweep INTEGER NOT NULL,
  key BLOB NOT NULL,
  zone TEXT NOT NULL,
  name TEXT NOT NULL,
  address TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT NOT NULL,
  rtt_ns INTEGER,
  ttl INTEGER,
  attempts INTEGER NOT NULL,
  responder TEXT,
  icmp_type INTEGER,
  icmp_code INTEGER,
  time_ns INTEGER NOT NULL,
  mac TEXT,
  rdns TEXT
);
CREATE VIEW observations AS
SELECT * FROM settled UNION ALL SELECT * FROM arrivals;
CREATE VIEW last_sweep AS
SELECT series, id AS sweep, before, strftime('%Y-%m-%dT%H:%M:%SZ', started_ns / 1000000000, 'unixepoch') AS started,
  targets
FROM (
  SELECT *, lag(id) OVER (PARTITION BY series ORDER BY started_ns, id) AS before,
    row_number() OVER (PARTITION BY series ORDER BY started_ns DESC, id DESC) AS age
  FROM sweeps WHERE complete
)
WHERE age = 1;
CREATE VIEW new_hosts AS
SELECT now.address, now.zone, now.name, now.rtt_ns / 1e6 AS rtt_ms, was.state AS state_before, last.series, last.sweep,
  last.before
FROM last_sweep AS last
CROSS JOIN settled AS now ON now.sweep = last.sweep AND now.state = 'alive'
LEFT JOIN settled AS was
  ON was.sweep = last.before AND was.key = now.key AND was.zone = now.zone AND was.name = now.name
WHERE last.before IS NOT NULL AND was.state IS NOT 'alive';
CREATE VIEW gone_hosts AS
SELECT was.address, was.zone, was.name, now.state, now.reason, last.series, last.sweep, last.before
FROM last_sweep AS last
CROSS JOIN settled AS was ON was.sweep = last.before AND was.state = 'alive'
CROSS JOIN settled AS now
  ON now.sweep = last.sweep AND now.key = was.key AND now.zone = was.zone AND now.name = was.name
WHERE now.state IN ('no_reply', 'unreachable', 'time_exceeded', 'other_source');
CREATE VIEW not_seen AS
SELECT address, zone, name, strftime('%s', 'now') / 86400.0 - last_alive_ns / 86400e9 AS days,
  strftime('%Y-%m-%dT%H:%M:%SZ', last_alive_ns / 1000000000, 'unixepoch') AS last_alive, last_state,
  strftime('%Y-%m-%dT%H:%M:%SZ', last_state_ns / 1000000000, 'unixepoch') AS last_asked
FROM hosts;
)sql";

constexpr std::array<Migration, 1> migrations = {{{1, version_1}}};

}  // namespace

std::span<const Migration> store_migrations() {
  return migrations;
}

}  // namespace ringsweep

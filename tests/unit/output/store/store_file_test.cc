// Recognizing a store, and upgrading it to the current version.
#include <gtest/gtest.h>

#include <array>
#include <fstream>

#include "ringsweep/system/network_file_system.h"
#include "unit/output/store/store_support.h"

namespace ringsweep {
namespace {

using namespace test;

class StoreFile : public testing::Test {
 protected:
  std::string write(std::string_view name, std::string_view content) const {
    std::ofstream(folder_.file(name), std::ios::binary) << content;
    return folder_.file(name);
  }
  std::string good_store(std::string_view name) const {
    Store store = Store::open(folder_.file(name));
    std::vector<ResultRow> rows;
    for (int i = 0; i < 256; ++i) rows.push_back(alive_row("192.0.2." + std::to_string(i)));
    put_sweep(store, record_of(), rows);
    return folder_.file(name);
  }
  // The file is refused with this text after its name, and not a byte of it has changed.
  static void expect_refused(const std::string& path, const std::string& text, const std::string& remedy,
                             const Store::Options& options = {}) {
    const std::string before = content_of(path);
    const Error error = error_of([&] { Store::open(path, options); });
    EXPECT_EQ(error.what(), "store '" + path + "': " + text);
    EXPECT_EQ(error.remedy(), remedy);
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    EXPECT_TRUE(content_of(path) == before) << "it was changed";
  }
  const TemporaryFolder folder_;
};

constexpr const char* other_file = "give another --store FILE, or move this one away";
constexpr const char* recover =
    "recover what is left with: sqlite3 FILE .recover | sqlite3 NEW; or give another --store FILE";

TEST_F(StoreFile, that_is_absent_or_empty_becomes_a_store) {
  Store::open(folder_.file("absent.db"));
  Store::open(write("empty.db", ""));
  for (const std::string_view name : {"absent.db", "empty.db"}) {
    EXPECT_EQ(query(folder_.file(name), "PRAGMA application_id"), Lines({"1920169840"}));
    EXPECT_EQ(query(folder_.file(name), "PRAGMA user_version"), Lines({"1"}));
    EXPECT_EQ(query(folder_.file(name),
                    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE"
                    " 'sqlite_%' ORDER BY name"),
              Lines({"arrivals", "hosts", "settled", "sweeps"}));
    EXPECT_EQ(query(folder_.file(name), "SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name"),
              Lines({"gone_hosts", "last_sweep", "new_hosts", "not_seen", "observations"}));
  }
}

TEST_F(StoreFile, that_is_no_database_is_refused) {
  expect_refused(write("result.csv", "address,name,state\n192.0.2.1,,alive\n"), "is not a SQLite database", other_file);
  expect_refused(write("short", "SQLite format 3"), "is not a SQLite database", other_file);
}

TEST_F(StoreFile, that_is_the_database_of_another_program_is_refused) {
  const std::string path = folder_.file("other.db");
  query(path, "CREATE TABLE sweeps (id INTEGER)");
  expect_refused(path, "is a SQLite database, but not a ringsweep store", other_file);
}

TEST_F(StoreFile, that_says_it_is_ours_but_has_other_tables_is_refused) {
  const std::string path = good_store("store.db");
  query(path, "DROP VIEW not_seen; CREATE VIEW not_seen AS SELECT 1");
  expect_refused(path, "its not_seen differs from that of a store", other_file);
}

TEST_F(StoreFile, may_have_more_tables_and_views_of_its_user) {
  const std::string path = good_store("store.db");
  query(path, "CREATE VIEW printers AS SELECT * FROM hosts WHERE name LIKE 'printer%'");
  EXPECT_EQ(Store::open(path).sweeps().size(), 1U);
}

TEST_F(StoreFile, of_a_newer_version_is_refused) {
  const std::string path = good_store("store.db");
  query(path, "PRAGMA user_version = 7");
  expect_refused(path, "has version 7, but this ringsweep reads at most 1",
                 "use the ringsweep that wrote it, or a newer one; or give another --store FILE");
  EXPECT_THROW(Store::open_to_read(path), Error);
}

TEST_F(StoreFile, that_was_cut_is_refused) {
  const std::string content = content_of(good_store("store.db"));
  expect_refused(write("cut.db", content.substr(0, content.size() - 4096)),
                 "is damaged: only " + std::to_string(content.size() - 4096) + " of its " +
                     std::to_string(content.size()) + " bytes are present",
                 recover);
  expect_refused(write("stub.db", content.substr(0, 50)), "is damaged: it ends within its header", other_file);
}

TEST_F(StoreFile, whose_pages_are_damaged_is_refused) {
  const std::string whole = good_store("store.db");
  query(whole, "VACUUM");  // or there are pages that hold nothing
  const std::string content = content_of(whole);
  const std::size_t pages = content.size() / 4096;
  ASSERT_GT(pages, 8U);
  // Each page in turn except the first, whose header makes the file a database.
  for (std::size_t page = 1; page < pages; ++page) {
    std::string damaged = content;
    damaged.replace(page * 4096, 64, 64, '\xff');
    const std::string path = write("damaged.db", damaged);
    const Error error = error_of([&] { Store::open(path); });
    EXPECT_EQ(error.exit_code(), ExitCode::usage) << "page " << page;
    EXPECT_EQ(error.remedy(), recover) << "page " << page << ": " << error.what();
    EXPECT_TRUE(content_of(path) == damaged) << "page " << page << " was changed";
  }
}

TEST_F(StoreFile, must_be_a_regular_file_with_a_name) {
  EXPECT_EQ(error_of([] { Store::open("/dev/null"); }).what(), std::string("store '/dev/null': is not a regular file"));
  EXPECT_EQ(error_of([&] { Store::open(folder_.file("")); }).exit_code(), ExitCode::usage);
  for (const char* const none : {"", "-"}) {
    EXPECT_EQ(error_of([none] { Store::open(none); }).what(),
              std::string("--store needs a file name; standard output carries only results"));
  }
}

TEST_F(StoreFile, in_a_folder_that_is_missing_is_an_error_that_names_it) {
  const std::string path = folder_.file("no/store.db");
  const Error error = error_of([&] { Store::open(path); });
  EXPECT_EQ(error.what(), "store '" + path + "': unable to open database file");
  EXPECT_EQ(error.exit_code(), ExitCode::incomplete);
  EXPECT_EQ(error.remedy(), "give a --store FILE that you may write, in a folder that you may write");
}

TEST_F(StoreFile, that_is_only_read_must_exist_and_is_not_made) {
  EXPECT_EQ(error_of([&] { Store::open_to_read(folder_.file("absent.db")); }).exit_code(), ExitCode::usage);
  EXPECT_EQ(folder_.entries(), 0U);
}

// A possible version 2: one more column and one more table.
constexpr const char* made_up_version_2 =
    "ALTER TABLE hosts ADD COLUMN rack TEXT; CREATE TABLE racks (name TEXT PRIMARY KEY);"
    "UPDATE hosts SET rack = 'unknown';";

Store::Options with(std::span<const Migration> migrations) {
  Store::Options options;
  options.migrations = migrations;
  return options;
}

TEST_F(StoreFile, of_an_older_version_is_brought_to_the_present_one_and_keeps_what_it_has) {
  const std::string path = good_store("store.db");
  const std::array<Migration, 2> two = {{store_migrations()[0], {2, made_up_version_2}}};
  EXPECT_EQ(Store::open(path, with(two)).sweeps().size(), 1U);
  EXPECT_EQ(query(path, "PRAGMA user_version"), Lines({"2"}));
  EXPECT_EQ(query(path, "SELECT count(*), rack FROM hosts"), Lines({"256|unknown"}));
  EXPECT_EQ(Store::open(path, with(two)).sweeps().size(), 1U) << "once is enough";
  expect_refused(path, "has version 2, but this ringsweep reads at most 1",
                 "use the ringsweep that wrote it, or a newer one; or give another --store FILE");
}

TEST_F(StoreFile, whose_migration_fails_stays_as_it_was) {
  const std::string path = good_store("store.db");
  const std::array<Migration, 2> two = {
      {store_migrations()[0], {2, "CREATE TABLE racks (name TEXT); SELECT no_such;"}}};
  EXPECT_THROW(Store::open(path, with(two)), Error);
  EXPECT_EQ(query(path, "PRAGMA user_version"), Lines({"1"}));
  EXPECT_EQ(query(path, "SELECT count(*) FROM sqlite_schema WHERE name = 'racks'"), Lines({"0"}));
}

TEST(NetworkFileSystem, is_known_by_its_magic_number) {
  EXPECT_EQ(network_file_system_name(0x6969), "NFS");
  EXPECT_EQ(network_file_system_name(0xfe534d42), "SMB2");
  EXPECT_EQ(network_file_system_name(0x65735546), "FUSE");
  EXPECT_EQ(network_file_system_name(0xef53), "") << "ext4";
  EXPECT_EQ(network_file_system_name(0x01021994), "") << "tmpfs";
  EXPECT_EQ(network_file_system_of("/proc/no/such"), "");
}

}  // namespace
}  // namespace ringsweep

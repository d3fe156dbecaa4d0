#include "ringsweep/core/targets/target_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "ringsweep/base/error.h"
#include "ringsweep/base/limits.h"

namespace ringsweep {
namespace {

using testing::ElementsAre;
using Specs = std::initializer_list<const char*>;

TargetSetBuilder::Options options() {
  return {.max_targets = max_targets};
}

TargetSet build(Specs targets, Specs excludes = {}, TargetSetBuilder::Options given = options()) {
  TargetSetBuilder builder(std::move(given));
  for (const char* spec : excludes) builder.exclude(spec, "argument '" + std::string(spec) + "'");
  for (const char* spec : targets) builder.add(spec, "argument '" + std::string(spec) + "'");
  return builder.build();
}

std::vector<std::string> texts_of(const TargetSet& set) {
  std::vector<std::string> texts;
  for (std::uint64_t i = 0; i < set.count(); ++i) {
    texts.push_back(set.is_name(i) ? set.name_at(i) : to_text(set.address_at(i)));
  }
  return texts;
}

std::string at(const TargetSet& set, std::uint64_t index) {
  return to_text(set.address_at(index));
}

std::string error_of(Specs targets, Specs excludes = {}, TargetSetBuilder::Options given = options()) {
  try {
    build(targets, excludes, std::move(given));
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    return error.what();
  }
  return "";
}

TEST(TargetSet, addresses_come_once_and_in_order_then_names_as_given) {
  const TargetSet set = build({"z.example", "2001:db8::2-2001:db8::3", "10.0.0.4/31", "10.0.0.9", "10.0.0.2-5",
                               "a.example", "10.0.0.9", "::1", "2001:db8::2"});
  EXPECT_THAT(texts_of(set), ElementsAre("10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5", "10.0.0.9", "::1",
                                         "2001:db8::2", "2001:db8::3", "z.example", "a.example"));
  EXPECT_EQ(set.count(), 10U);
  EXPECT_EQ(set.address_count(), 8U);
  EXPECT_EQ(set.v4_count(), 5U);
  EXPECT_EQ(set.name_count(), 2U);
  EXPECT_FALSE(set.is_name(7));
  EXPECT_TRUE(set.is_name(8));
}

TEST(TargetSet, a_name_given_twice_is_one_target) {
  EXPECT_THAT(texts_of(build({"Host.Example", "host.example", "HOST.example.", "other"})),
              ElementsAre("Host.Example", "other"));
}

TEST(TargetSet, zones_are_targets_of_their_own) {
  const TargetSet set = build({"fe80::1%3", "fe80::2%2", "fe80::1%2", "fd77::1", "fe80::1%2"});
  EXPECT_THAT(texts_of(set), ElementsAre("fd77::1", "fe80::1%2", "fe80::2%2", "fe80::1%3"));
}

TEST(TargetSet, a_link_local_target_without_its_interface_is_refused) {
  for (const char* text : {"fe80::1", "fe80::/120", "febf::ffff", "fe7f:ffff:ffff:ffff:ffff:ffff:ffff:fffe-fe80::1"}) {
    EXPECT_EQ(error_of({text}),
              "argument '" + std::string(text) + "': a link-local address needs its interface, as in fe80::1%eth0");
  }
  EXPECT_THAT(texts_of(build({"fe7f::1", "fec0::1"})), ElementsAre("fe7f::1", "fec0::1"));
}

// field bug 22
TEST(TargetSet, nothing_is_excluded_that_the_user_did_not_exclude) {
  const TargetSet set = build({"0.0.0.0/0"});
  EXPECT_EQ(set.count(), 4'294'967'296U);
  EXPECT_EQ(at(set, 0), "0.0.0.0");
  EXPECT_EQ(at(set, 0x0a000000), "10.0.0.0");
  EXPECT_EQ(at(set, 0x7f000001), "127.0.0.1");
  EXPECT_EQ(at(set, 0xc0a80001), "192.168.0.1");
  EXPECT_EQ(at(set, 0xffffffff), "255.255.255.255");
  EXPECT_FALSE(set.excludes(Address::v4(0x0a000001)));
  EXPECT_EQ(build({"10.0.0.0/8"}).count(), 16'777'216U);
}

// field bug 25
TEST(TargetSet, takes_any_size_up_to_2_to_the_40) {
  EXPECT_EQ(build({"198.18.0.0/15"}).count(), 131'072U);
  const TargetSet set = build({"2001:db8::/88"});
  EXPECT_EQ(set.count(), 1'099'511'627'776U);
  EXPECT_EQ(at(set, 0), "2001:db8::");
  EXPECT_EQ(at(set, 1'099'511'627'775), "2001:db8::ff:ffff:ffff");
  EXPECT_THAT(error_of({"2001:db8::/88", "2001:db8:1::"}),
              "too many targets: 1,099,511,627,777; one sweep can have at most 1,099,511,627,776 (2^40)");
  EXPECT_THAT(error_of({"::/0", "0.0.0.0/0"}),
              "too many targets: over 4,611,686,018,427,387,903; one sweep can have at most 1,099,511,627,776 (2^40)");
}

// field bug 25
TEST(TargetSet, forms_that_mean_the_same_make_the_same_set) {
  const std::uint64_t fingerprint = build({"10.0.0.0/24"}).fingerprint();
  EXPECT_EQ(build({"10.0.0.0-255"}).fingerprint(), fingerprint);
  EXPECT_EQ(build({"10.0.0.0-10.0.0.255"}).fingerprint(), fingerprint);
  EXPECT_EQ(build({"10.0.0.77/24"}).fingerprint(), fingerprint);
  EXPECT_EQ(build({"10.0.0.128/25", "10.0.0.0/25"}).fingerprint(), fingerprint);
  EXPECT_EQ(build({"10.0.0.0/23"}, {"10.0.1.0/24"}).address_count(), 256U);
  EXPECT_EQ(build({"2001:db8::/112"}).fingerprint(), build({"2001:db8::-2001:db8::ffff"}).fingerprint());
}

TEST(TargetSet, the_fingerprint_changes_with_targets_names_zones_and_excludes) {
  std::set<std::uint64_t> different;
  different.insert(build({"10.0.0.1"}).fingerprint());
  different.insert(build({"10.0.0.2"}).fingerprint());
  different.insert(build({"10.0.0.1-2"}).fingerprint());
  different.insert(build({"10.0.0.1", "10.0.0.3"}).fingerprint());
  different.insert(build({"::10.0.0.1"}).fingerprint());
  different.insert(build({"fe80::1%3"}).fingerprint());
  different.insert(build({"fe80::1%2"}).fingerprint());
  different.insert(build({"a", "b"}).fingerprint());
  different.insert(build({"b", "a"}).fingerprint());
  different.insert(build({"ab"}).fingerprint());
  different.insert(build({"a", "b"}, {"10.0.0.1"}).fingerprint());
  different.insert(build({"a", "b"}, {"::1"}).fingerprint());
  EXPECT_EQ(different.size(), 12U);
}

// Computed apart, by FNV-1a over 64-bit words with `hash ^= hash >> 32` after each.
TEST(TargetSet, the_fingerprint_is_the_same_in_every_build) {
  EXPECT_EQ(build({"10.0.0.0/24", "2001:db8::1", "a.example"}, {"10.0.0.1"}).fingerprint(), 0xdd1f4666edd933c6U);
}

TEST(TargetSet, excludes_are_taken_out_of_the_middle_and_the_ends) {
  EXPECT_THAT(texts_of(build({"10.0.0.0-9"}, {"10.0.0.0", "10.0.0.4-5", "10.0.0.9", "10.0.0.200"})),
              ElementsAre("10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.6", "10.0.0.7", "10.0.0.8"));
  EXPECT_THAT(texts_of(build({"10.0.0.1", "10.0.0.3", "10.0.0.5", "10.0.0.7-8"}, {"10.0.0.2-7"})),
              ElementsAre("10.0.0.1", "10.0.0.8"));
  EXPECT_THAT(texts_of(build({"::1-::5"}, {"::2", "::4"})), ElementsAre("::1", "::3", "::5"));
  EXPECT_EQ(build({"0.0.0.0/0"}, {"0.0.0.0/1", "255.255.255.255"}).count(), 2'147'483'647U);
  EXPECT_THAT(texts_of(build({"10.0.0.1", "::1"}, {"::/0"})), ElementsAre("10.0.0.1"));
}

// field bug 24
TEST(TargetSet, an_excluded_address_stays_known_for_the_names) {
  const TargetSet set = build({"a.example"}, {"10.0.0.0/8", "10.9.0.1", "2001:db8::/64", "fe80::5%2", "fe80::7"});
  EXPECT_EQ(set.count(), 1U);
  for (const char* text : {"10.0.0.0", "10.255.255.255", "2001:db8::ffff", "fe80::5%2", "fe80::7", "fe80::7%2"}) {
    EXPECT_TRUE(set.excludes(*parse_address(text))) << text;
  }
  for (const char* text : {"9.255.255.255", "11.0.0.0", "2001:db8:0:1::", "fe80::5", "fe80::5%3", "::10.0.0.1"}) {
    EXPECT_FALSE(set.excludes(*parse_address(text))) << text;
  }
  EXPECT_FALSE(set.excludes(Address()));
}

TEST(TargetSet, an_exclude_without_a_zone_holds_in_every_zone) {
  EXPECT_THAT(texts_of(build({"fe80::1%2", "fe80::2%2", "fe80::1%3", "fe80::2%3"}, {"fe80::1", "fe80::2%3"})),
              ElementsAre("fe80::2%2"));
}

TEST(TargetSet, an_excluded_name_that_is_no_target_is_an_error_and_not_silently_without_effect) {  // field bug 24
  TargetSetBuilder builder({default_max_targets, true, true, {}});
  builder.add("10.0.0.0/8", "argument '10.0.0.0/8'");
  builder.exclude("router.example", "--exclude 'router.example'");
  try {
    builder.build();
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.exit_code(), ExitCode::usage);
    EXPECT_STREQ(error.what(),
                 "--exclude 'router.example': no target has this name; to spare the host, exclude its address");
  }
}

TEST(TargetSet, knows_whether_it_has_any_address_of_a_range) {
  const TargetSet set = build({"10.0.0.8/29", "fd77::10"});
  EXPECT_TRUE(set.has_any(Address::v4(0x0a000000), Address::v4(0x0a000008)));
  EXPECT_TRUE(set.has_any(Address::v4(0x0a00000f), Address::v4(0x0a0000ff)));
  EXPECT_FALSE(set.has_any(Address::v4(0x0a000000), Address::v4(0x0a000007)));
  EXPECT_FALSE(set.has_any(Address::v4(0x0a000010), Address::v4(0xffffffff)));
  EXPECT_TRUE(set.has_any(Address::v6(0xfd77000000000000, 0), Address::v6(0xfd77000000000000, 0xffff)));
  EXPECT_FALSE(set.has_any(Address::v6(0xfe80000000000000, 0), Address::v6(0xfebfffffffffffff, 0)));
}

TEST(TargetSet, an_excluded_name_drops_the_target_of_that_name) {
  EXPECT_THAT(texts_of(build({"a.example", "b.example"}, {"B.example."})), ElementsAre("a.example"));
}

// field bug 24
TEST(TargetSet, excluding_everything_is_an_error_that_says_so) {
  EXPECT_EQ(error_of({"10.0.0.0/24"}, {"10.0.0.0/8"}), "all targets are excluded (256); nothing is left to probe");
  EXPECT_EQ(error_of({"10.0.0.1", "::1", "a"}, {"10.0.0.1", "::1", "a"}),
            "all targets are excluded (3); nothing is left to probe");
  EXPECT_EQ(error_of({}, {"10.0.0.0/8"}), "there are no targets");
  EXPECT_EQ(error_of({}), "there are no targets");
}

// field bug 26
TEST(TargetSet, a_bad_spec_is_an_error_with_place_text_and_reason) {
  EXPECT_EQ(error_of({"10.0.0.256"}), "argument '10.0.0.256': '256' is over 255");
  EXPECT_EQ(error_of({""}), "argument '': it is empty");
  EXPECT_EQ(error_of({"10.0.0.1"}, {"10.0.0.9-2"}), "argument '10.0.0.9-2': the range ends before it begins");
  TargetSetBuilder builder(options());
  try {
    builder.add("10.0.0.0/33", "--target");
    FAIL();
  } catch (const Error& error) {
    EXPECT_STREQ(error.what(), "--target: '10.0.0.0/33': the prefix length 33 is over 32");
  }
}

TEST(TargetSet, an_address_of_a_family_that_is_switched_off_is_an_error) {
  const TargetSetBuilder::Options only_v6 = {.max_targets = 10, .allow_v4 = false};
  const TargetSetBuilder::Options only_v4 = {.max_targets = 10, .allow_v6 = false};
  EXPECT_EQ(error_of({"10.0.0.0/30"}, {}, only_v6), "argument '10.0.0.0/30': it is IPv4, but -6 allows only IPv6");
  EXPECT_EQ(error_of({"::1"}, {}, only_v4), "argument '::1': it is IPv6, but -4 allows only IPv4");
  EXPECT_EQ(error_of({"::ffff:10.0.0.1"}, {}, only_v4),
            "argument '::ffff:10.0.0.1': it is IPv6, but -4 allows only IPv4");
  EXPECT_THAT(texts_of(build({"a.example", "10.0.0.1"}, {"::1"}, only_v4)), ElementsAre("10.0.0.1", "a.example"));
}

TEST(TargetSet, too_many_targets_is_an_error_with_count_duration_and_remedy) {
  const TargetSetBuilder::Options usual = {.max_targets = default_max_targets};
  EXPECT_EQ(build({"10.0.0.0/8"}, {}, usual).count(), 16'777'216U);
  EXPECT_EQ(error_of({"10.0.0.0/8", "a.example"}, {}, usual),
            "too many targets: 16,777,217, more than 16,777,216 (at 10k pps one probe each takes 28 min)");
  EXPECT_EQ(error_of({"0.0.0.0/0"}, {}, usual),
            "too many targets: 4,294,967,296, more than 16,777,216 (at 10k pps one probe each takes 5 days)");
  EXPECT_EQ(error_of({"10.0.0.0/24"}, {}, {.max_targets = 255}),
            "too many targets: 256, more than 255 (at 10k pps one probe each takes 1 s)");
  EXPECT_EQ(build({"10.0.0.0/24"}, {"10.0.0.0"}, {.max_targets = 255}).count(), 255U);
  try {
    build({"2001:db8::/96"}, {}, usual);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.remedy(), "if you mean it, give --max-targets 4294967296");
  }
}

TEST(TargetSet, networks_are_24_bits_of_ipv4_64_of_ipv6_and_one_a_name) {
  EXPECT_EQ(build({"10.0.0.0/24"}).network_count(), 1U);
  EXPECT_EQ(build({"10.0.0.255-10.0.1.0"}).network_count(), 2U);
  EXPECT_EQ(build({"10.0.0.1", "10.0.0.3", "10.0.0.9", "10.0.2.1"}).network_count(), 2U);
  EXPECT_EQ(build({"10.0.0.9-10.0.3.1", "10.0.3.3", "10.0.4.0"}).network_count(), 5U);
  EXPECT_EQ(build({"0.0.0.0/0"}).network_count(), 16'777'216U);
  EXPECT_EQ(build({"2001:db8::1", "2001:db8::ffff", "2001:db8:0:1::"}).network_count(), 2U);
  EXPECT_EQ(build({"fe80::1%2", "fe80::2%2", "fe80::1%3", "fd77::9"}).network_count(), 3U);
  EXPECT_EQ(build({"10.0.0.1", "::1", "a", "b"}).network_count(), 4U);
}

TEST(TargetSet, the_builder_is_empty_after_build) {
  TargetSetBuilder builder(options());
  builder.add("10.0.0.1", "x");
  EXPECT_EQ(builder.build().count(), 1U);
  EXPECT_THROW(builder.build(), Error);
  builder.add("10.0.0.2", "x");
  EXPECT_THAT(texts_of(builder.build()), ElementsAre("10.0.0.2"));
}

// Ranges and excludes of all lengths against a plain set of numbers.
TEST(TargetSet, agrees_with_a_plain_set_on_random_ranges) {
  std::mt19937 random(1);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  for (int round = 0; round < 300; ++round) {
    const std::uint32_t space = 1 + below(5000);
    TargetSetBuilder builder(options());
    std::set<std::uint32_t> expected;
    const auto ranges = [&](std::uint32_t count, std::uint32_t longest, bool is_exclude) {
      for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t first = below(space);
        const std::uint32_t last = first + below(longest);
        const std::string spec = to_text(Address::v4(first)) + "-" + to_text(Address::v4(last));
        is_exclude ? builder.exclude(spec, "x") : builder.add(spec, "x");
        for (std::uint32_t value = first; value <= last; ++value) {
          is_exclude ? void(expected.erase(value)) : void(expected.insert(value));
        }
      }
    };
    ranges(1 + below(400), 1 + below(30), false);
    ranges(below(100), 1 + below(40), true);
    if (expected.empty()) continue;
    const TargetSet set = builder.build();
    ASSERT_EQ(set.count(), expected.size()) << round;
    std::uint64_t index = 0;
    for (const std::uint32_t value : expected) ASSERT_EQ(set.address_at(index++), Address::v4(value)) << round;
  }
}

// Many short ranges beside huge ones, where a guess from the index alone is far off.
TEST(TargetSet, finds_every_address_of_very_uneven_ranges) {
  TargetSetBuilder builder(options());
  builder.add("10.0.0.0/8", "x");
  std::vector<std::uint32_t> expected;
  for (std::uint32_t i = 0; i < 50'000; ++i) {
    const std::uint32_t first = 0x40000000 + 4 * i;
    const std::uint32_t last = first + i % 3;
    builder.add(to_text(Address::v4(first)) + "-" + to_text(Address::v4(last)), "x");
    for (std::uint32_t value = first; value <= last; ++value) expected.push_back(value);
  }
  builder.add("128.0.0.0/7", "x");
  const TargetSet set = builder.build();
  ASSERT_EQ(expected.size(), 99'999U);
  ASSERT_EQ(set.count(), 16'777'216U + 99'999 + 33'554'432);
  EXPECT_EQ(at(set, 16'777'215), "10.255.255.255");
  for (std::uint64_t i = 0; i < expected.size(); ++i) {
    ASSERT_EQ(set.address_at(16'777'216 + i), Address::v4(expected[i]));
  }
  EXPECT_EQ(at(set, 16'777'216 + 99'999), "128.0.0.0");
  EXPECT_EQ(at(set, set.count() - 1), "129.255.255.255");
}

TEST(TargetSet, finds_ipv6_addresses_beside_a_range_of_half_a_million_millions) {
  TargetSetBuilder builder(options());
  builder.add("2001:db8::/89", "x");
  for (std::uint64_t i = 0; i < 3000; ++i) builder.add(to_text(Address::v6(0x2001'0db8'0000'0001, 2 * i)), "x");
  const TargetSet set = builder.build();
  EXPECT_EQ(set.count(), 549'755'813'888U + 3000);
  EXPECT_EQ(at(set, 549'755'813'887), "2001:db8::7f:ffff:ffff");
  for (std::uint64_t i = 0; i < 3000; ++i) {
    ASSERT_EQ(set.address_at(549'755'813'888 + i), Address::v6(0x2001'0db8'0000'0001, 2 * i));
  }
}

}  // namespace
}  // namespace ringsweep

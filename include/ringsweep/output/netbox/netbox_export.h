// Hosts that a sweep found and NetBox does not know, as CSV for NetBox's import of IP addresses. Pure.
//
// NetBox imports all lines or none and refuses an address that exists, whatever its mask, so only new ones are
// exported. Each `alive` address (not `other_source`) is one line: the address with the mask of the longest prefix that
// contains it, otherwise /32 or /128; status active; dns_name, if the target was given by name or has one by rdns, in
// lower case and only if NetBox accepts it; and a description with the day. Addresses that belong in no inventory are
// left out: loopback, link-local, multicast, unspecified.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "ringsweep/base/address.h"
#include "ringsweep/output/results/result_reader.h"

namespace ringsweep {

class NetboxExport {
 public:
  // "10.0.0.1/24", or without a mask. False if the text is invalid.
  bool add_known(std::string_view text);
  // "10.0.0.0/24".
  bool add_prefix(std::string_view text);

  // `rdns` is the value of the column of that name; may be empty.
  void add_row(const ResultRow& row, std::string_view rdns);

  // With the header, in address order. Each address once.
  std::string text() const;

  std::uint64_t exported() const { return hosts_.size(); }
  std::uint64_t known() const { return known_hosts_.size(); }       // alive, but in NetBox already
  std::uint64_t left_out() const { return left_out_.size(); }       // alive, but not for an inventory
  std::uint64_t names_left_out() const { return names_left_out_; }  // that NetBox would refuse

 private:
  struct Host {
    std::string dns_name;
    std::int64_t time_ns = 0;
  };
  unsigned mask_of(const Address& address) const;

  std::set<Address> known_;
  std::map<unsigned, std::set<Address>, std::greater<>> prefixes_v4_;  // by length
  std::map<unsigned, std::set<Address>, std::greater<>> prefixes_v6_;
  std::map<Address, Host> hosts_;
  std::set<Address> known_hosts_;
  std::set<Address> left_out_;
  std::uint64_t names_left_out_ = 0;
};

}  // namespace ringsweep

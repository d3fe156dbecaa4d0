#include "ringsweep/system/privileges.h"

#include <sys/capability.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "ringsweep/base/error.h"

namespace ringsweep {
namespace {

struct FreeCapabilities {
  void operator()(cap_t capabilities) const { cap_free(capabilities); }
};
using Capabilities = std::unique_ptr<_cap_struct, FreeCapabilities>;

Capabilities own_capabilities() {
  Capabilities own(cap_get_proc());
  if (own == nullptr) throw system_error("cannot read this process's capabilities", errno);
  return own;
}

bool has(const Capabilities& capabilities, cap_value_t capability, cap_flag_t set) {
  cap_flag_value_t value = CAP_CLEAR;
  return cap_get_flag(capabilities.get(), capability, set, &value) == 0 && value == CAP_SET;
}

void put(const Capabilities& capabilities, cap_value_t capability, cap_flag_t set, bool value) {
  cap_set_flag(capabilities.get(), set, 1, &capability, value ? CAP_SET : CAP_CLEAR);
}

void apply(const Capabilities& capabilities) {
  if (cap_set_proc(capabilities.get()) != 0) throw system_error("cannot change this process's capabilities", errno);
}

void become_caller() {
  const uid_t user = getuid();
  const gid_t group = getgid();
  if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) != 0) throw system_error("cannot keep capabilities", errno);
  if (setresgid(group, group, group) != 0) throw system_error("cannot give up the set-group-id", errno);
  if (setresuid(user, user, user) != 0) throw system_error("cannot give up the set-user-id", errno);
  prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0);
}

}  // namespace

void lower_privileges() {
  become_caller();
  const Capabilities had = own_capabilities();
  const Capabilities kept(cap_init());
  if (kept == nullptr) throw system_error("cannot change this process's capabilities", errno);
  for (const cap_value_t capability : {CAP_NET_RAW, CAP_NET_ADMIN}) {
    put(kept, capability, CAP_PERMITTED, has(had, capability, CAP_PERMITTED));
  }
  if (getuid() == 0 && has(had, CAP_DAC_OVERRIDE, CAP_PERMITTED)) {
    put(kept, CAP_DAC_OVERRIDE, CAP_PERMITTED, true);
    put(kept, CAP_DAC_OVERRIDE, CAP_EFFECTIVE, true);
  }
  apply(kept);
}

RaisedPrivileges::RaisedPrivileges() {
  const Capabilities own = own_capabilities();
  had_net_raw_ = has(own, CAP_NET_RAW, CAP_EFFECTIVE);
  had_net_admin_ = has(own, CAP_NET_ADMIN, CAP_EFFECTIVE);
  put(own, CAP_NET_RAW, CAP_EFFECTIVE, has(own, CAP_NET_RAW, CAP_PERMITTED));
  put(own, CAP_NET_ADMIN, CAP_EFFECTIVE, has(own, CAP_NET_ADMIN, CAP_PERMITTED));
  apply(own);
}

RaisedPrivileges::~RaisedPrivileges() {
  const Capabilities own(cap_get_proc());
  if (own == nullptr) return;
  put(own, CAP_NET_RAW, CAP_EFFECTIVE, had_net_raw_);
  put(own, CAP_NET_ADMIN, CAP_EFFECTIVE, had_net_admin_);
  // Taking rights away from oneself cannot be refused.
  cap_set_proc(own.get());
}

void drop_privileges_for_good() {
  const Capabilities own = own_capabilities();
  for (const cap_value_t capability : {CAP_NET_RAW, CAP_NET_ADMIN}) {
    put(own, capability, CAP_EFFECTIVE, false);
    put(own, capability, CAP_PERMITTED, false);
    put(own, capability, CAP_INHERITABLE, false);
  }
  apply(own);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) throw system_error("cannot give up gaining privileges", errno);
}

bool has_net_raw() {
  return has(own_capabilities(), CAP_NET_RAW, CAP_PERMITTED);
}

}  // namespace ringsweep

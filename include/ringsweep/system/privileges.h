// What this process may do beyond its user, held back until it is needed and then given up for good
// (src/README.md, 3.6).
//
//   main:  lower_privileges()  ->  options, targets  ->  open_sockets() (raises inside)  ->
//          drop_privileges_for_good()  ->  first thread
//
// Capabilities belong to a thread, so all of this happens on the main thread before another one exists. The binary may
// be set-uid root, may carry `cap_net_raw=p`, or may be started by root; in each case nothing but what stands in a
// RaisedPrivileges is done with more rights than the caller's. Started by root, CAP_DAC_OVERRIDE stays effective to the
// end: `sudo ringsweep -o FILE` writes into folders of others.
#pragma once

namespace ringsweep {

// The first statement of `main`: effective ids become the real ones, the effective capability set is emptied, and only
// CAP_NET_RAW and CAP_NET_ADMIN stay permitted, where they were. Throws Error.
void lower_privileges();

// While one of these lives, CAP_NET_RAW and CAP_NET_ADMIN are effective as far as they are permitted; afterwards the
// effective set is what it was. Costs nothing where nothing can be raised.
class RaisedPrivileges {
 public:
  RaisedPrivileges();
  ~RaisedPrivileges();
  RaisedPrivileges(const RaisedPrivileges&) = delete;
  RaisedPrivileges& operator=(const RaisedPrivileges&) = delete;

 private:
  bool had_net_raw_ = false;
  bool had_net_admin_ = false;
};

// Gives CAP_NET_RAW and CAP_NET_ADMIN up, permitted ones too, and forbids to gain any by exec. Throws Error.
void drop_privileges_for_good();

// Permitted to this thread now, raised or not.
bool has_net_raw();

}  // namespace ringsweep

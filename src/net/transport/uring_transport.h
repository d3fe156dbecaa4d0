// The io_uring engine: a batch of sends and all receiving in one submission loop (src/README.md, 3.7).
//
//   sends      IORING_OP_SEND with an address, MSG_DONTWAIT, no completion for success: after the submit only failures
//              have completions
//   receives   one multishot recvmsg a socket, into provided buffers; armed again whenever it ended
//
// Needs Linux 6.1 (probed, not asked by version). With DEFER_TASKRUN the kernel posts received packets only while this
// thread is inside io_uring_enter asking for events, at most 32 a run, so "nothing in the completion queue" means
// nothing: only a run with all receives armed that brought nothing is dry. Every completion is moved out of the queue
// at once (liburing 2.3 does not run deferred work while unread ones lie there). Owner: the thread that made it. Hot.
#pragma once

#include <liburing.h>

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/transport/provided_buffers.h"
#include "net/transport/socket_transport.h"

namespace ringsweep {

// A ring with all that the engine needs of the kernel.
class Uring {
 public:
  // Nothing where the kernel refuses; `why` then says so in words.
  static std::unique_ptr<Uring> make(std::string& why);
  ~Uring();
  Uring(const Uring&) = delete;
  Uring& operator=(const Uring&) = delete;

  io_uring* get() { return &ring_; }

 private:
  Uring() = default;
  io_uring ring_{};
};

class UringTransport : public SocketTransport {
 public:
  // Takes `sockets` only where it works; otherwise leaves them and says why not.
  static std::unique_ptr<UringTransport> make(SocketSet& sockets, std::string& why);
  ~UringTransport() override;

  void wait(std::int64_t until_ns) override;
  Reaped reap() override;
  SendResult send(std::span<const OutgoingPacket> batch) override;

 private:
  // The standing receive of one socket.
  struct Receive {
    ReceivingSocket* from = nullptr;
    ProvidedBuffers* buffers = nullptr;
    msghdr shape{};  // lengths of name and control in each buffer
    bool armed = false;
    bool has_errors = false;  // its error queue must be read before it is armed again
    bool starved = false;     // ended because no buffer was left: arm after buffers were given back
  };
  struct Completion {
    int result;
    unsigned flags;
    unsigned receive;
  };
  struct Held {
    ProvidedBuffers* buffers;
    std::uint16_t id;
  };

  UringTransport(std::unique_ptr<Uring> ring, SocketSet sockets);
  // Returns 0 or a negative errno.
  int set_up();
  void give_back_buffers();
  // Moves all completions out of the ring: received ones to `pending_`, failed sends to the failures.
  void collect();
  // Turns pending completions into packets until the reap is full.
  void take_pending();
  void take(const Completion& completion);
  // Prepares what is not armed; true: there was something.
  bool prepare_receives();
  bool all_armed() const;
  bool any_starved() const;
  // Submits what is prepared and runs the kernel's deferred work, without sleeping.
  void run_kernel();
  // Reads the error queues of receives that an error ended; false: more errors than slots.
  bool read_errors();
  void submit_batch(std::span<const OutgoingPacket> batch, SendResult& result);

  std::unique_ptr<Uring> ring_;
  std::array<Receive, receiving_sockets_max> receives_;
  std::size_t receive_count_ = 0;
  std::array<std::optional<ProvidedBuffers>, 2> buffers_;  // v4, v6
  std::array<Completion, completion_entries> pending_;
  std::size_t pending_first_ = 0;
  std::size_t pending_count_ = 0;
  std::vector<Held> held_;  // buffers behind the packets that were handed out
  std::array<SocketAddress, max_batch> to_;
  std::array<io_uring_sqe*, max_batch> entries_;
};

}  // namespace ringsweep

#include "bare_engine.h"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "net/transport/provided_buffers.h"
#include "net/transport/uring_transport.h"
#include "ringsweep/base/time.h"
#include "ringsweep/core/probe/icmp_codec.h"
#include "ringsweep/net/sockets/control_message.h"
#include "ringsweep/net/sockets/socket_address.h"

namespace ringsweep::bare {
namespace {

constexpr std::size_t packet_bytes = icmp_header_size + token_size;
constexpr std::size_t room_bytes = 128;  // a raw reply with its IP header
constexpr std::uint64_t receive_tag = 1;

[[noreturn]] void give_up(const char* what) {
  std::fprintf(stderr, "bare_loop: %s\n", what);
  std::exit(4);
}

// All probes are this one packet.
std::vector<std::byte> request(const SocketSet& sockets) {
  ProbePackets packets(Family::v4, sockets.v4->identifier, token_size, 1, sockets.plan == SocketPlan::raw);
  const std::array<std::byte, token_size> token{};
  const auto bytes = packets.patch(0, 1, token);
  return {bytes.begin(), bytes.end()};
}

class MmsgEngine final : public Engine {
 public:
  explicit MmsgEngine(SocketSet sockets) : sockets_(std::move(sockets)), packet_(request(sockets_)) {
    for (std::uint32_t i = 0; i < default_batch; ++i) {
      out_[i] = {packet_.data(), packet_.size()};
      in_[i] = {room_[i].data(), room_[i].size()};
      sends_[i].msg_hdr.msg_iov = &out_[i];
      receives_[i].msg_hdr.msg_iov = &in_[i];
      sends_[i].msg_hdr.msg_iovlen = receives_[i].msg_hdr.msg_iovlen = 1;
    }
  }

  std::uint64_t send(std::span<const Address> batch) override {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      sends_[i].msg_hdr.msg_name = &to_[i];
      sends_[i].msg_hdr.msg_namelen = fill_socket_address(batch[i], 0, to_[i]);
    }
    const int sent =
        sendmmsg(sockets_.v4->sender.get(), sends_.data(), static_cast<unsigned>(batch.size()), MSG_DONTWAIT);
    return sent < 0 ? 0 : static_cast<std::uint64_t>(sent);
  }

  std::uint64_t receive() override {
    std::uint64_t count = 0;
    for (int got = default_batch; got > 0;) {
      for (std::uint32_t i = 0; i < default_batch; ++i) {
        msghdr& header = receives_[i].msg_hdr;
        header.msg_name = &from_[i];
        header.msg_namelen = sizeof(from_[i]);
        header.msg_control = control_[i].data();
        header.msg_controllen = control_[i].size();
      }
      got = recvmmsg(sockets_.v4->receiver.get(), receives_.data(), default_batch, MSG_DONTWAIT, nullptr);
      if (got > 0) count += static_cast<std::uint64_t>(got);
    }
    return count;
  }

 private:
  SocketSet sockets_;
  std::vector<std::byte> packet_;
  std::array<std::array<std::byte, room_bytes>, default_batch> room_;
  std::array<std::array<std::byte, receive_control_bytes>, default_batch> control_;
  std::array<SocketAddress, default_batch> to_, from_;
  std::array<iovec, default_batch> out_, in_;
  std::array<mmsghdr, default_batch> sends_{}, receives_{};
};

class UringEngine final : public Engine {
 public:
  explicit UringEngine(SocketSet sockets) : sockets_(std::move(sockets)), packet_(request(sockets_)) {
    std::string why;
    ring_ = Uring::make(why);
    if (ring_ == nullptr) give_up(why.c_str());
    const std::array<int, 2> files{sockets_.v4->sender.get(), sockets_.v4->receiver.get()};
    shape_.msg_namelen = sizeof(sockaddr_in);
    shape_.msg_controllen = receive_control_bytes;
    if (io_uring_register_files(ring_->get(), files.data(), files.size()) < 0 ||
        buffers_.register_with(*ring_->get()) < 0)
      give_up("the ring takes no files or buffers");
    arm();
    run_kernel();
  }

  std::uint64_t send(std::span<const Address> batch) override {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      io_uring_sqe* entry = io_uring_get_sqe(ring_->get());
      io_uring_prep_send(entry, 0, packet_.data(), packet_.size(), MSG_DONTWAIT);
      const socklen_t length = fill_socket_address(batch[i], 0, to_[i]);
      io_uring_prep_send_set_addr(entry, &to_[i].any, static_cast<std::uint16_t>(length));
      entry->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
      io_uring_sqe_set_data64(entry, 0);
    }
    failed_ = 0;
    io_uring_submit(ring_->get());
    collect();
    return batch.size() - failed_;
  }

  std::uint64_t receive() override {
    std::uint64_t before = 0;
    do {
      before = received_;
      run_kernel();
    } while (received_ > before);
    const std::uint64_t count = received_;
    received_ = 0;
    return count;
  }

 private:
  void arm() {
    io_uring_sqe* entry = io_uring_get_sqe(ring_->get());
    io_uring_prep_recvmsg_multishot(entry, 1, &shape_, 0);
    entry->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    entry->buf_group = buffers_.group();
    io_uring_sqe_set_data64(entry, receive_tag);
  }

  void run_kernel() {
    io_uring_submit_and_get_events(ring_->get());
    collect();
  }

  void collect() {
    unsigned head = 0;
    unsigned count = 0;
    bool ended = false;
    io_uring_cqe* completion = nullptr;
    io_uring_for_each_cqe(ring_->get(), head, completion) {
      ++count;
      if (completion->user_data != receive_tag) {
        ++failed_;
        continue;
      }
      if ((completion->flags & IORING_CQE_F_MORE) == 0) ended = true;
      if ((completion->flags & IORING_CQE_F_BUFFER) == 0) continue;
      ++received_;
      buffers_.give_back(static_cast<std::uint16_t>(completion->flags >> IORING_CQE_BUFFER_SHIFT));
    }
    io_uring_cq_advance(ring_->get(), count);
    if (ended) arm();
  }

  SocketSet sockets_;
  std::vector<std::byte> packet_;
  ProvidedBuffers buffers_{0, receive_buffers, 256};
  std::unique_ptr<Uring> ring_;
  msghdr shape_{};
  std::array<SocketAddress, default_batch> to_;
  std::uint64_t received_ = 0;
  std::uint64_t failed_ = 0;
};

}  // namespace

std::unique_ptr<Engine> make_engine(bool uring, SocketSet sockets) {
  if (uring) return std::make_unique<UringEngine>(std::move(sockets));
  return std::make_unique<MmsgEngine>(std::move(sockets));
}

}  // namespace ringsweep::bare

#include "net/transport/uring_transport.h"

#include <sys/socket.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

#include "ringsweep/net/sockets/control_message.h"

namespace ringsweep {
namespace {

// user_data: whose completion it is. Sends count their place in the batch in the low bits.
constexpr std::uint64_t send_tag = std::uint64_t{1} << 32;
constexpr std::uint64_t receive_tag = std::uint64_t{2} << 32;
constexpr std::uint64_t ignore_tag = std::uint64_t{3} << 32;
constexpr std::uint64_t tag_mask = ~((std::uint64_t{1} << 32) - 1);

static_assert(sizeof(io_uring_recvmsg_out) == ring_header_bytes);
static_assert(sizeof(sockaddr_in) == receive_name_bytes(Family::v4) &&
              sizeof(sockaddr_in6) <= receive_name_bytes(Family::v6));

// While replies alone do not wake (short waits), a batch of completions does.
constexpr unsigned completions_for_short_wait = 32;
// The kernel hands out 32 datagrams a run: as many runs in one reap as fill it twice.
constexpr int runs_per_reap_max = 16;
// Buffers of one family take at most this, whatever the packet size.
constexpr std::size_t buffers_bytes_max = std::size_t{8} << 20;
constexpr std::uint32_t buffers_min = 16;

std::uint32_t buffer_size(const ReceivingSocket& socket) {
  const std::size_t bytes =
      ring_header_bytes + receive_name_bytes(socket.family) + socket.control_room + socket.payload_room;
  return static_cast<std::uint32_t>((bytes + 63) / 64 * 64);
}

std::uint32_t buffer_count(std::uint32_t size) {
  const auto fitting = static_cast<std::uint32_t>(buffers_bytes_max / size);
  return std::clamp(std::bit_floor(std::max(fitting, 1U)), buffers_min, receive_buffers);
}

}  // namespace

std::unique_ptr<UringTransport> UringTransport::make(SocketSet& sockets, std::string& why) {
  std::unique_ptr<Uring> ring = Uring::make(why);
  if (ring == nullptr) return nullptr;
  std::unique_ptr<UringTransport> made(new UringTransport(std::move(ring), std::move(sockets)));
  const int result = made->set_up();
  if (result == 0) return made;
  why = std::string("receiving by io_uring: ") + std::strerror(-result);
  sockets = std::move(made->sockets_);
  return nullptr;
}

UringTransport::UringTransport(std::unique_ptr<Uring> ring, SocketSet sockets)
    : SocketTransport(std::move(sockets)), ring_(std::move(ring)), pending_{}, to_{}, entries_{} {
  held_.reserve(reap_packets_max);
}

UringTransport::~UringTransport() {
  // Ends the standing receives before their buffers go.
  ring_.reset();
}

int UringTransport::set_up() {
  std::array<int, receiving_sockets_max> files{-1, -1, -1, -1};
  if (sockets_.v4) files[0] = sockets_.v4->sender.get();
  if (sockets_.v4) files[1] = sockets_.v4->receiver.get();
  if (sockets_.v6) files[2] = sockets_.v6->sender.get();
  if (sockets_.v6) files[3] = sockets_.v6->receiver.get();
  int result = io_uring_register_files(ring_->get(), files.data(), static_cast<unsigned>(files.size()));
  if (result < 0) return result;
  for (ReceivingSocket& socket : receiving()) {
    const std::size_t group = socket.family == Family::v4 ? 0 : 1;
    if (!buffers_[group]) {
      const std::uint32_t size = buffer_size(socket);
      buffers_[group].emplace(static_cast<std::uint16_t>(group), buffer_count(size), size);
      result = buffers_[group]->register_with(*ring_->get());
      if (result < 0) return result;
    }
    Receive& receive = receives_[receive_count_++];
    receive.from = &socket;
    receive.buffers = &*buffers_[group];
    receive.shape.msg_namelen = static_cast<std::uint32_t>(receive_name_bytes(socket.family));
    receive.shape.msg_controllen = socket.control_room;
  }
  prepare_receives();
  run_kernel();
  // A kernel that does not know this kind of receive says so now.
  for (std::size_t i = 0; i < pending_count_; ++i) {
    if (pending_[i].result == -EINVAL || pending_[i].result == -EOPNOTSUPP) return pending_[i].result;
  }
  return 0;
}

void UringTransport::give_back_buffers() {
  for (const Held& held : held_) held.buffers->give_back(held.id);
  held_.clear();
  for (std::size_t i = 0; i < receive_count_; ++i) receives_[i].starved = false;
}

void UringTransport::collect() {
  io_uring* ring = ring_->get();
  if (io_uring_cq_has_overflow(ring)) ++counts_.completion_overflow;
  unsigned head = 0;
  unsigned count = 0;
  io_uring_cqe* completion = nullptr;
  io_uring_for_each_cqe(ring, head, completion) {
    const std::uint64_t tag = completion->user_data & tag_mask;
    const auto which = static_cast<std::uint32_t>(completion->user_data);
    if (tag == receive_tag) {
      if (pending_count_ == pending_.size()) break;
      pending_[(pending_first_ + pending_count_++) % pending_.size()] = {completion->res, completion->flags, which};
    } else if (tag == send_tag && completion->res < 0) {
      add_failure(which, -completion->res);
    }
    ++count;
  }
  io_uring_cq_advance(ring, count);
}

void UringTransport::take_pending() {
  while (pending_count_ > 0 && !reap_is_full()) {
    const Completion completion = pending_[pending_first_];
    pending_first_ = (pending_first_ + 1) % pending_.size();
    --pending_count_;
    take(completion);
  }
}

void UringTransport::take(const Completion& completion) {
  Receive& receive = receives_[completion.receive];
  if ((completion.flags & IORING_CQE_F_MORE) == 0) {
    ++counts_.multishot_ended;
    receive.armed = false;
  }
  if (completion.result == -ENOBUFS) {
    ++counts_.buffer_ring_empty;
    receive.starved = true;
  } else if (completion.result < 0) {
    receive.has_errors = receive.from->has_error_queue;
  }
  if ((completion.flags & IORING_CQE_F_BUFFER) == 0) return;
  const auto id = static_cast<std::uint16_t>(completion.flags >> IORING_CQE_BUFFER_SHIFT);
  held_.push_back({receive.buffers, id});
  if (completion.result < 0) return;
  std::byte* buffer = receive.buffers->at(id);
  io_uring_recvmsg_out* out = io_uring_recvmsg_validate(buffer, completion.result, &receive.shape);
  if (out == nullptr) return;
  const auto* payload = static_cast<const std::byte*>(io_uring_recvmsg_payload(out, &receive.shape));
  const std::size_t length = io_uring_recvmsg_payload_length(out, completion.result, &receive.shape);
  std::byte* name = buffer + sizeof *out;
  add_packet(*receive.from, {payload, length}, name, out->namelen, name + receive.shape.msg_namelen, out->controllen,
             static_cast<int>(out->flags));
}

bool UringTransport::all_armed() const {
  return std::all_of(receives_.begin(), receives_.begin() + static_cast<std::ptrdiff_t>(receive_count_),
                     [](const Receive& receive) { return receive.armed; });
}

bool UringTransport::any_starved() const {
  return std::any_of(receives_.begin(), receives_.begin() + static_cast<std::ptrdiff_t>(receive_count_),
                     [](const Receive& receive) { return receive.starved; });
}

bool UringTransport::prepare_receives() {
  bool prepared = false;
  for (std::size_t i = 0; i < receive_count_; ++i) {
    Receive& receive = receives_[i];
    if (receive.armed || receive.has_errors || receive.starved) continue;
    io_uring_sqe* entry = io_uring_get_sqe(ring_->get());
    if (entry == nullptr) continue;
    io_uring_prep_recvmsg_multishot(entry, static_cast<int>(receive.from->file), &receive.shape, 0);
    entry->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    entry->buf_group = receive.buffers->group();
    io_uring_sqe_set_data64(entry, receive_tag | i);
    receive.armed = true;
    prepared = true;
  }
  return prepared;
}

void UringTransport::run_kernel() {
  io_uring_submit_and_get_events(ring_->get());
  collect();
}

bool UringTransport::read_errors() {
  bool emptied = true;
  for (std::size_t i = 0; i < receive_count_; ++i) {
    if (!receives_[i].has_errors) continue;
    if (read_error_queue(*receives_[i].from)) {
      receives_[i].has_errors = false;
    } else {
      emptied = false;
    }
  }
  return emptied;
}

void UringTransport::wait(std::int64_t until_ns) {
  give_back_buffers();
  if (pending_count_ > 0) return;
  const std::int64_t left_ns = std::min(until_ns - now_ns(), 3600 * ns_per_s);
  if (left_ns <= 0) return;
  for (std::size_t i = 0; i < receive_count_; ++i) {
    if (receives_[i].has_errors) return;
  }
  prepare_receives();
  __kernel_timespec timeout{left_ns / ns_per_s, left_ns % ns_per_s};
  const unsigned wanted = left_ns < short_wait_ns ? completions_for_short_wait : 1;
  io_uring_cqe* unused = nullptr;
  io_uring_submit_and_wait_timeout(ring_->get(), &unused, wanted, &timeout, nullptr);
  collect();
}

Reaped UringTransport::reap() {
  give_back_buffers();
  begin_reap();
  std::int64_t before_ns = now_ns();
  bool dry = false;
  for (int runs = 0; runs < runs_per_reap_max && !dry; ++runs) {
    take_pending();
    if (reap_is_full() || !read_errors() || any_starved()) break;
    // What was armed only now is heard of one run later.
    const bool all_stood = !prepare_receives() && all_armed();
    before_ns = now_ns();
    run_kernel();
    dry = all_stood && pending_count_ == 0;
  }
  return finish_reap(before_ns, dry);
}

SendResult UringTransport::send(std::span<const OutgoingPacket> batch) {
  collect();
  begin_send();
  std::size_t placed = 0;
  for (; placed < batch.size(); ++placed) {
    io_uring_sqe* entry = io_uring_get_sqe(ring_->get());
    // The queue still holds what the kernel would not take of earlier batches.
    if (entry == nullptr) break;
    const Family family = batch[placed].to.family;
    io_uring_prep_send(entry, family == Family::v4 ? 0 : 2, batch[placed].bytes.data(), batch[placed].bytes.size(),
                       MSG_DONTWAIT);
    const socklen_t length = fill_socket_address(batch[placed].to, 0, to_[placed]);
    io_uring_prep_send_set_addr(entry, &to_[placed].any, static_cast<std::uint16_t>(length));
    entry->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
    io_uring_sqe_set_data64(entry, send_tag | placed);
    entries_[placed] = entry;
  }
  SendResult result;
  submit_batch(batch.first(placed), result);
  collect();
  for (std::size_t i = placed; i < batch.size(); ++i) add_failure(static_cast<std::uint32_t>(i), EAGAIN);
  result.failures = failures();
  return result;
}

void UringTransport::submit_batch(std::span<const OutgoingPacket> batch, SendResult& result) {
  constexpr int tries_max = 4;
  io_uring* ring = ring_->get();
  int errno_value = EAGAIN;
  result.before_ns = now_ns();
  for (int tries = 0; tries < tries_max && io_uring_sq_ready(ring) > 0; ++tries) {
    const int submitted = io_uring_submit(ring);
    if (submitted < 0) errno_value = -submitted;
    if (io_uring_sq_ready(ring) == 0) break;
    ++counts_.short_sends;
    run_kernel();
  }
  result.after_ns = now_ns();
  // What the kernel did not take stays in the queue, and its packet will not: it becomes nothing.
  const std::size_t left = std::min<std::size_t>(io_uring_sq_ready(ring), batch.size());
  for (std::size_t i = batch.size() - left; i < batch.size(); ++i) {
    io_uring_prep_nop(entries_[i]);
    entries_[i]->flags |= IOSQE_CQE_SKIP_SUCCESS;
    io_uring_sqe_set_data64(entries_[i], ignore_tag);
    add_failure(static_cast<std::uint32_t>(i), errno_value);
  }
}

}  // namespace ringsweep

#include "netns/net/resolve/dns_server.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <deque>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace ringsweep::testing {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Clock = std::chrono::steady_clock;

struct Question {
  Bytes packet;  // header and question alone
  std::string name;
  std::uint16_t type = 0;
};

Question parse(const std::uint8_t* data, std::size_t size) {
  Question question;
  std::size_t at = 12;
  while (at < size && data[at] != 0) {
    if (!question.name.empty()) question.name += '.';
    question.name.append(reinterpret_cast<const char*>(data + at + 1), data[at]);
    at += data[at] + 1U;
  }
  at += 5;
  if (at > size) return {};
  question.type = static_cast<std::uint16_t>(data[at - 4] << 8 | data[at - 3]);
  question.packet.assign(data, data + at);
  return question;
}

void add_record(Bytes& answer, std::uint16_t type, const Bytes& data) {
  const auto high = [](std::size_t value) { return static_cast<std::uint8_t>(value >> 8); };
  const auto low = [](std::size_t value) { return static_cast<std::uint8_t>(value); };
  const Bytes head{0xc0, 12, high(type), low(type), 0, 1, 0, 0, 0, 60, high(data.size()), low(data.size())};
  answer.insert(answer.end(), head.begin(), head.end());
  answer.insert(answer.end(), data.begin(), data.end());
  ++answer[7];
}

constexpr std::uint16_t type_a = 1, type_ptr = 12, type_aaaa = 28;

void add_name(Bytes& answer, const std::vector<std::string>& labels) {
  Bytes data;
  for (const std::string& label : labels) {
    data.push_back(static_cast<std::uint8_t>(label.size()));
    data.insert(data.end(), label.begin(), label.end());
  }
  data.push_back(0);
  add_record(answer, type_ptr, data);
}

void add_names(Bytes& answer, int number) {
  const std::string sixty(60, 'a');
  if (number < 200) add_name(answer, {"host-" + std::to_string(number), "lab"});
  if (number == 201) answer[3] = 0x83;
  if (number == 202) answer[3] = 0x82;
  if (number == 204) add_name(answer, {"zeta", "lab"});
  if (number == 204) add_name(answer, {"alpha", "lab"});
  if (number == 205) add_name(answer, {"a\x1b[31m\n", "lab"});
  if (number == 206) add_name(answer, {sixty, sixty, sixty, sixty, sixty});
  if (number == 207) add_name(answer, {"10", "1", "2", "3"});
  if (number == 208) add_name(answer, {"-rf", "lab"});
  if (number == 209) add_name(answer, {"a b", "lab"});
  if (number == 209) add_name(answer, {"good", "lab"});
}

bool is_silent(const Question& question) {
  return question.name.starts_with("silent") || (question.type == type_ptr && question.name.starts_with("200."));
}

Bytes answer_to(const Question& question) {
  Bytes answer = question.packet;
  answer[2] = 0x81;
  answer[3] = 0x80;
  std::fill(answer.begin() + 6, answer.begin() + 12, std::uint8_t{0});
  if (question.type == type_ptr) {
    add_names(answer, std::atoi(question.name.c_str()));
    return answer;
  }
  const std::string_view name = question.name;
  const std::string_view kind = name.substr(0, name.find('-'));
  const auto number = static_cast<unsigned>(std::atoi(question.name.c_str() + kind.size() + 1));
  const auto low = static_cast<std::uint8_t>(number), high = static_cast<std::uint8_t>(number >> 8);
  const bool four = kind == "both" || kind == "four" || kind == "slow" || kind == "two";
  const bool six = kind == "both" || kind == "six";
  if (kind == "broken") answer[3] = 0x82;
  if (!four && !six && kind != "none" && kind != "broken") answer[3] = 0x83;
  if (four && question.type == type_a) add_record(answer, type_a, {198, 18, high, low});
  if (kind == "two" && question.type == type_a) add_record(answer, type_a, {198, 19, high, low});
  if (six && question.type == type_aaaa) {
    add_record(answer, type_aaaa,
               {0xfd, 0x77, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, high, static_cast<std::uint8_t>(low + 1)});
  }
  return answer;
}

}  // namespace

DnsServer::DnsServer() {
  socket_ = FileDescriptor(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  wake_ = FileDescriptor(eventfd(0, EFD_CLOEXEC));
  const int room = 4 << 20;
  setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof name;
  auto* any = reinterpret_cast<sockaddr*>(&name);
  if (bind(socket_.get(), any, length) != 0 || getsockname(socket_.get(), any, &length) != 0) {
    throw std::runtime_error("no name server");
  }
  port_ = ntohs(name.sin_port);
  thread_ = std::thread([this] { run(); });
}

DnsServer::~DnsServer() {
  eventfd_write(wake_.get(), 1);
  thread_.join();
}

std::vector<Clock::time_point> DnsServer::times() const {
  const std::lock_guard lock(mutex_);
  return times_;
}

void DnsServer::run() {
  struct Delayed {
    Clock::time_point due;
    Bytes answer;
    sockaddr_in to;
  };
  std::deque<Delayed> delayed;
  for (;;) {
    pollfd polled[] = {{socket_.get(), POLLIN, 0}, {wake_.get(), POLLIN, 0}};
    poll(polled, 2, delayed.empty() ? -1 : 1);
    if (polled[1].revents != 0) return;
    for (; !delayed.empty() && delayed.front().due <= Clock::now(); delayed.pop_front()) {
      const Delayed& first = delayed.front();
      sendto(socket_.get(), first.answer.data(), first.answer.size(), 0, reinterpret_cast<const sockaddr*>(&first.to),
             sizeof first.to);
    }
    if (polled[0].revents == 0) continue;
    std::uint8_t buffer[1024];
    sockaddr_in from{};
    socklen_t length = sizeof from;
    const ssize_t size =
        recvfrom(socket_.get(), buffer, sizeof buffer, MSG_DONTWAIT, reinterpret_cast<sockaddr*>(&from), &length);
    if (size < 17) continue;
    const Question question = parse(buffer, static_cast<std::size_t>(size));
    {
      const std::lock_guard lock(mutex_);
      times_.push_back(Clock::now());
    }
    if (question.packet.empty() || is_silent(question)) continue;
    const Bytes answer = answer_to(question);
    if (question.name.starts_with("slow")) {
      delayed.push_back({Clock::now() + std::chrono::milliseconds(200), answer, from});
      most_waiting_ = std::max(most_waiting_.load(), static_cast<unsigned>(delayed.size()));
      continue;
    }
    sendto(socket_.get(), answer.data(), answer.size(), 0, reinterpret_cast<const sockaddr*>(&from), sizeof from);
  }
}

}  // namespace ringsweep::testing

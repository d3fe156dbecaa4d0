#include "ringsweep/net/resolve/reverse_resolver.h"

#include <ares.h>
#include <arpa/nameser.h>
#include <fmt/core.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <iterator>
#include <list>
#include <mutex>
#include <thread>
#include <utility>
#include <variant>

#include "net/resolve/ares_channel.h"
#include "ringsweep/core/probe/pacer.h"
#include "ringsweep/core/targets/target_parser.h"
#include "ringsweep/net/sockets/socket_address.h"
#include "ringsweep/system/clock.h"
#include "ringsweep/system/start_thread.h"

namespace ringsweep {
namespace {

// With what the pacer catches up after a rest no second has more than 200.
constexpr Rate query_rate{197'000};
constexpr std::int64_t repeat_ns = ns_per_s;

// One server is asked twice, several once each.
std::unique_ptr<AresChannel> make_channel(const std::string& servers) {
  AresChannel::Options options{static_cast<int>(repeat_ns / ns_per_ms), 2, servers, {}};
  auto channel = std::make_unique<AresChannel>(options);
  if (channel->server_count() <= 1) return channel;
  options.tries = 1;
  return std::make_unique<AresChannel>(options);
}

bool is_host_name(const std::string& name) {
  return std::holds_alternative<HostName>(parse_target(name));
}

std::string without_final_dot(std::string name) {
  if (name.ends_with('.')) name.pop_back();
  return name;
}

ReverseAnswer answer_of(std::uint64_t id, std::vector<std::string> names) {
  std::erase_if(names, [](const std::string& name) { return !is_host_name(name); });
  if (names.empty()) return {id, NameOutcome::invalid, {}};
  return {id, NameOutcome::named, without_final_dot(*std::min_element(names.begin(), names.end()))};
}

// What the DNS calls an address: 9.0.18.198.in-addr.arpa, 9.0.0.0. ... .ip6.arpa.
std::string reverse_name_of(const Address& address) {
  std::string name;
  if (address.is_v4()) {
    const std::uint32_t value = address.v4_value();
    for (unsigned shift = 0; shift < 32; shift += 8) name += fmt::format("{}.", (value >> shift) & 0xff);
    return name + "in-addr.arpa";
  }
  const u128 value = address.value();
  for (unsigned shift = 0; shift < 128; shift += 4) {
    name += fmt::format("{:x}.", static_cast<unsigned>(value >> shift) & 0xf);
  }
  return name + "ip6.arpa";
}

NameOutcome outcome_of(int status) {
  switch (status) {
    case ARES_ENOTFOUND:
    case ARES_ENODATA:
      return NameOutcome::nameless;
    case ARES_EBADRESP:
    case ARES_EBADNAME:
      return NameOutcome::invalid;
    default:
      return NameOutcome::unanswered;
  }
}

}  // namespace

// The thread and what it works on.
class ReverseResolver::Loop {
 public:
  Loop(std::function<void()> answered, const Options& options);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void ask(std::uint64_t id, const Address& address);
  std::vector<ReverseAnswer> take_answers();
  bool has_answers() const { return has_answers_.load(); }
  enum class Stop {
    no,
    ask_no_more,
    give_up,
    end
  };
  void stop(Stop stop);

 private:
  struct Question {
    std::uint64_t id;
    Address address;
  };
  // Stays until c-ares has called back, which may be after its answer was given.
  struct Query {
    Loop* loop;
    std::uint64_t id;
    std::int64_t asked_ns;
    int repeats = 0;
    bool answered = false;
    std::list<Query>::iterator self;
  };
  static void take_reply(void* query, int status, int timeouts, unsigned char* packet, int size);
  void run();
  void ask_due(std::int64_t now_ns);
  void send(const Question& question, std::int64_t now_ns);
  bool answer_by_hosts_file(const Question& question);
  std::int64_t look_after(std::int64_t now_ns);
  std::int64_t next_ask_ns();
  void hand_over();

  const std::function<void()> answered_;
  std::list<Query> queries_;  // in the order in which they were asked
  AresChannel hosts_;
  std::unique_ptr<AresChannel> channel_;
  const int sends_max_;  // of one query
  Pacer pacer_;
  std::uint64_t owed_ = 0;  // repeats that left without having been granted
  std::vector<ReverseAnswer> ready_;
  std::atomic<Stop> stop_{Stop::no};
  std::atomic<bool> has_answers_{false};

  std::mutex mutex_;
  std::deque<Question> questions_;
  std::vector<ReverseAnswer> answers_;
  std::thread thread_;
};

ReverseResolver::Loop::Loop(std::function<void()> answered, const Options& options)
    : answered_(std::move(answered)),
      hosts_({1, 1, {}, "f"}),
      channel_(make_channel(options.servers)),
      sends_max_(std::max(channel_->server_count(), 2)),
      pacer_(query_rate, 1, monotonic_now_ns()) {
  thread_ = start_thread([this] { run(); });
}

ReverseResolver::Loop::~Loop() {
  stop(Stop::end);
  thread_.join();
  channel_.reset();
}

void ReverseResolver::Loop::ask(std::uint64_t id, const Address& address) {
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    was_empty = questions_.empty();
    questions_.push_back({id, address});
  }
  if (was_empty) channel_->wake();
}

std::vector<ReverseAnswer> ReverseResolver::Loop::take_answers() {
  const std::lock_guard lock(mutex_);
  has_answers_.store(false);
  return std::exchange(answers_, {});
}

void ReverseResolver::Loop::stop(Stop stop) {
  Stop before = stop_.load();
  while (before < stop && !stop_.compare_exchange_weak(before, stop)) {
  }
  channel_->wake();
}

void ReverseResolver::Loop::run() {
  while (stop_.load() != Stop::end) {
    const std::int64_t now_ns = monotonic_now_ns();
    const std::int64_t soonest_ns = std::min(look_after(now_ns), next_ask_ns());
    ask_due(now_ns);
    hand_over();
    const std::int64_t wait_ns = std::max<std::int64_t>(soonest_ns - now_ns, 0);
    channel_->sleep_and_process(soonest_ns == never_ns ? -1 : static_cast<int>((wait_ns + ns_per_ms - 1) / ns_per_ms));
    hand_over();
  }
}

// Under way: what has waited long enough has its answer now, and what c-ares repeats counts. Returns when to look
// again.
std::int64_t ReverseResolver::Loop::look_after(std::int64_t now_ns) {
  const bool give_up = stop_.load() >= Stop::give_up;
  std::int64_t soonest_ns = never_ns;
  for (Query& query : queries_) {
    while (query.repeats + 1 < sends_max_ && now_ns >= query.asked_ns + (query.repeats + 1) * repeat_ns) {
      ++query.repeats;
      ++owed_;
    }
    if (query.answered) continue;
    if (give_up || now_ns >= query.asked_ns + patience_ns) {
      query.answered = true;
      ready_.push_back({query.id, NameOutcome::unanswered, {}});
    } else {
      const std::int64_t next_ns = query.repeats == 0 ? repeat_ns : patience_ns;
      soonest_ns = std::min(soonest_ns, query.asked_ns + next_ns);
    }
  }
  return soonest_ns;
}

std::int64_t ReverseResolver::Loop::next_ask_ns() {
  const std::lock_guard lock(mutex_);
  return questions_.empty() ? never_ns : pacer_.next_ns();
}

void ReverseResolver::Loop::ask_due(std::int64_t now_ns) {
  const bool may_ask = stop_.load() == Stop::no;
  for (;;) {
    Question question{};
    {
      const std::lock_guard lock(mutex_);
      if (questions_.empty()) return;
      if (may_ask) {
        if (pacer_.grant(now_ns) == 0) return;
        pacer_.took(1, now_ns);
        if (owed_ > 0) {
          --owed_;
          continue;
        }
      }
      question = questions_.front();
      questions_.pop_front();
    }
    if (may_ask) {
      send(question, now_ns);
    } else {
      ready_.push_back({question.id, NameOutcome::not_asked, {}});
    }
  }
}

void ReverseResolver::Loop::send(const Question& question, std::int64_t now_ns) {
  if (answer_by_hosts_file(question)) return;
  Query& query = queries_.emplace_back(Query{this, question.id, now_ns, 0, false, {}});
  query.self = std::prev(queries_.end());
  ares_query(channel_->get(), reverse_name_of(question.address).c_str(), ns_c_in, ns_t_ptr, &take_reply, &query);
}

bool ReverseResolver::Loop::answer_by_hosts_file(const Question& question) {
  SocketAddress socket_address{};
  fill_socket_address(question.address.without_zone(), 0, socket_address);
  const bool is_v4 = question.address.is_v4();
  const void* bytes = is_v4 ? static_cast<const void*>(&socket_address.v4.sin_addr) : &socket_address.v6.sin6_addr;
  std::string name;
  const auto take = [](void* to, int /*status*/, int /*timeouts*/, hostent* host) {
    if (host != nullptr && host->h_name != nullptr) *static_cast<std::string*>(to) = host->h_name;
  };
  // Calls back before it returns.
  ares_gethostbyaddr(hosts_.get(), bytes, is_v4 ? sizeof(in_addr) : sizeof(in6_addr), is_v4 ? AF_INET : AF_INET6, take,
                     &name);
  if (name.empty()) return false;
  ready_.push_back(answer_of(question.id, {name}));
  return true;
}

void ReverseResolver::Loop::take_reply(void* data, int status, int /*timeouts*/, unsigned char* packet, int size) {
  Query& query = *static_cast<Query*>(data);
  Loop& loop = *query.loop;
  if (!query.answered && status != ARES_EDESTRUCTION) {
    hostent* host = nullptr;
    if (status == ARES_SUCCESS) status = ares_parse_ptr_reply(packet, size, nullptr, 0, AF_INET, &host);
    if (status == ARES_SUCCESS) {
      std::vector<std::string> names;  // c-ares has all of them as aliases
      for (char** alias = host->h_aliases; *alias != nullptr; ++alias) names.emplace_back(*alias);
      loop.ready_.push_back(answer_of(query.id, std::move(names)));
      ares_free_hostent(host);
    } else {
      loop.ready_.push_back({query.id, outcome_of(status), {}});
    }
  }
  loop.queries_.erase(query.self);
}

void ReverseResolver::Loop::hand_over() {
  if (ready_.empty()) return;
  // Told under the lock: who has taken the last answer is not told any more, and may be gone.
  const std::lock_guard lock(mutex_);
  std::move(ready_.begin(), ready_.end(), std::back_inserter(answers_));
  ready_.clear();
  has_answers_.store(true);
  answered_();
}

std::int64_t ReverseResolver::longest_ns(std::uint64_t addresses) {
  const double queries = 2.0 * static_cast<double>(addresses);
  return static_cast<std::int64_t>(queries / query_rate.pps() * 1e9) + patience_ns;
}

ReverseResolver::ReverseResolver(std::function<void()> answered, const Options& options)
    : loop_(std::make_unique<Loop>(std::move(answered), options)) {}

ReverseResolver::~ReverseResolver() = default;

void ReverseResolver::ask(std::uint64_t id, const Address& address) {
  loop_->ask(id, address);
}

std::vector<ReverseAnswer> ReverseResolver::take_answers() {
  return loop_->take_answers();
}

bool ReverseResolver::has_answers() const {
  return loop_->has_answers();
}

void ReverseResolver::ask_no_more() {
  loop_->stop(Loop::Stop::ask_no_more);
}

void ReverseResolver::give_up() {
  loop_->stop(Loop::Stop::give_up);
}

}  // namespace ringsweep

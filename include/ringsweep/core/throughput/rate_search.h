// The search for the highest rate at which no more than a goal is lost: which trial is next, and what all of them say.
//
// A trial sends at one rate for a while and counts what does not come back. As RFC 2544, section 26.1, the search goes
// up until something is lost and then narrows the gap; as MLRsearch (draft-ietf-bmwg-mlrsearch), early trials are
// shorter than the last ones, the rate that really left counts and not the one that was asked, and a rate is what the
// majority of its trials say. Networks and software are no test devices: a clean trial proves little, and a lost packet
// may be somebody else's. So both ends of the result need two votes more than there are against them, by repeats and by
// what trials beside them say; a rate at which trials go on to contradict each other stays inside of the interval,
// which is stated, as in PLRsearch (draft-vpolak-bmwg-plrsearch).
//
//   load      the trials at one asked rate
//   vote      a trial of full length is one vote; a short one that lost is one, a short clean one is none; one that
//             lost a tenth more than it may is two. What this machine refused to send, or sent too slowly, counts as
//             lost: it may only have been busy, but a rate is not good before trials of that rate show it
//   piled     where RTTs grow while a trial sends, its probes fill a queue: what stays there is as good as lost, for in
//             the long run no path carries that rate
//   beside    up to twice the precision away: a good vote there speaks for a lower rate as well, a bad one against a
//             higher one
//   refuted   a load that lost, while a rate a quarter higher brought back more in proportion: what it lost does not
//             come from its rate. Where lower rates lost too little for that, the higher one must have lost less as
//             well
//   floor     where the highest load that is not held back by a limit loses all the same: loss at every rate. From then
//             on a trial may lose that much, and the search is for the rate at which it becomes more
//   carried   the replies a second in the second half of an overloaded trial, one that lost much or was refused: what a
//             queue or a bucket of tokens lets pass in the long run. A trial of T seconds cannot see the limit nearer
//             than (queue + bucket) / T, so this corrects an interval that it lies beside; where no trial was
//             overloaded on the way, one is
//
// A rate at which more than half is lost is never asked again, nor a higher one; where it is the lowest, that is the
// end. Pure and deterministic: the next step follows from the trials alone. Owner: one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ringsweep/base/time.h"

namespace ringsweep {

// What the search needs to know of a trial.
struct TrialPoint {
  double asked_pps = 0;
  double offered_pps = 0;  // what really left
  std::uint64_t sent = 0;
  std::uint64_t lost = 0;      // did not come back in time, wherever it was lost
  double carried_pps = 0;      // replies a second in the second half of the sending; 0: unknown
  std::int64_t length_ns = 0;  // of the sending, as asked
  bool refused = false;        // this machine would not send some of it
  bool slow = false;           // it left more slowly than asked
  double piled = 0;            // ratio of what left: it stays on the way, in a queue that grows

  double loss() const { return sent == 0 ? 1.0 : static_cast<double>(lost) / static_cast<double>(sent); }
  // In the long run, once the queue is full.
  double answered_pps() const { return offered_pps * (1.0 - loss() - piled); }
  // So much was asked that the answers show what the limit lets pass, not what its queue holds.
  bool overloaded() const;
};

// The loss at every rate.
struct LossFloor {
  double ratio = 0;
  double low = 0, high = 0;  // 95 %
  double error = 0;          // one deviation
};

// How many probes of a trial may be lost: the goal (ratio), or the floor's loss plus three deviations, the floor's own
// and the trial's. The only rule for what is too much.
struct AllowedLoss {
  double goal = 0;
  std::optional<LossFloor> floor = std::nullopt;
  double of(std::uint64_t sent) const;
};

// In a trial of that length, a smaller share that piles up does not tell a queue that grows from jitter, or from one
// that has just filled.
double least_pile(std::int64_t length_ns);

// A side that leads by so many votes has won.
inline constexpr std::uint64_t votes_ahead = 2;
// Only where at least this many losses are expected does their absence mean anything.
inline constexpr double telling_losses = 8;

enum class SearchPhase : std::uint8_t {
  up,      // doubling
  beyond,  // above a load that lost: does it come from the rate, and how much is carried in overload?
  bisect,
  confirm,
};

struct SearchResult {
  enum class Kind : std::uint8_t {
    unknown,    // no trial told anything
    found,      // between low_pps and high_pps
    above_max,  // nothing was lost up to the highest rate that may be asked
    below_min,  // more than the goal was lost at the lowest rate already
  };
  Kind kind = Kind::unknown;
  double rate_pps = 0;             // the middle of the interval; above_max: the highest rate
  double low_pps = 0;              // what really left in the trials that lost no more than they may
  double high_pps = 0;             // asked where more was lost
  double highest_clean_pps = 0;    // the loads behind it; 0: none
  double lowest_lossy_pps = 0;     //
  double carried_pps = 0;          // in overload; 0: unknown
  bool confirmed = false;          // both ends
  std::uint64_t undecided = 0;     // loads inside of the interval whose trials contradict each other
  std::optional<LossFloor> floor;  // no rate is free of loss
};

class RateSearch {
 public:
  struct Options {
    double min_pps = 100;
    double max_pps = 50'000;
    double precision = 0.02;
    double loss_goal = 0;  // ratio
    std::int64_t trial_ns = 5 * ns_per_s;
  };
  struct Step {
    double rate_pps = 0;
    std::int64_t length_ns = 0;
    SearchPhase phase = SearchPhase::up;
  };
  explicit RateSearch(const Options& options) : options_(options) {}

  void add(const TrialPoint& trial);
  // Nothing once there is no more to find out.
  std::optional<Step> next() const;
  // As far as it is known; may be asked before the end.
  SearchResult result() const;
  // By what all trials say: this one lost more than it may, or shows a limit of this machine.
  bool is_bad(const TrialPoint& trial) const;

 private:
  struct Load {
    double rate_pps = 0;
    std::vector<TrialPoint> trials;
    double sent = 0, lost = 0;                 // of all trials
    double offered_pps = 0, answered_pps = 0;  // the mean of all
    bool over_half = false;
  };
  enum class Rating : std::uint8_t {
    good,
    bad,
    open
  };
  struct Assessment {
    Rating rating = Rating::open;
    bool leads = false;      // one side, by its own trials
    bool confirmed = false;  // with those beside it
    bool exhausted = false;  // so many trials, and no side leads
    bool refuted = false;
    std::uint64_t good = 0, bad = 0;
    std::uint64_t votes() const { return good + bad; }
  };
  // All that follows from the trials; indices into loads_.
  struct Findings {
    std::vector<Assessment> loads;
    std::optional<LossFloor> floor;
    std::optional<std::size_t> suspect;  // is there a floor? This one tells more
    std::optional<std::size_t> good;     // the ends of the gap
    std::optional<std::size_t> bad;
  };

  Findings look() const;
  enum class Vote : std::uint8_t {
    good,
    none,
    bad,
    gross
  };
  Vote vote_of(const TrialPoint& trial, const AllowedLoss& allowed) const;
  std::vector<Assessment> assess(const AllowedLoss& allowed) const;
  Assessment assess_load(const Load& load, const AllowedLoss& allowed) const;
  // By its own trials, and by those beside it that tell about it: a rate is no better than a lower one.
  bool is_confirmed(std::size_t index, const std::vector<Assessment>& all, bool has_floor) const;
  // The lowest load that lost over half once: neither it nor what is above it is asked for, or says anything.
  std::vector<Load>::const_iterator over_half() const;
  bool is_refuted(std::size_t index, const std::vector<Assessment>& assessed) const;
  void find_gap(Findings& findings) const;
  LossFloor pooled_loss(std::size_t highest) const;
  // Lower loads, assessed already, would have lost, too, if what this one lost did not come from its rate.
  // A load that would show it if what `index` lost were a floor, and has not been asked enough for that.
  std::optional<std::size_t> witness_below(std::size_t index, const std::vector<Assessment>& assessed) const;
  bool comes_from_rate(std::size_t index, const std::vector<Assessment>& assessed) const;
  std::optional<Step> step_up(const Findings& findings) const;
  std::optional<Step> step_beyond(const Findings& findings) const;
  std::optional<Step> step_into_gap(const Findings& findings) const;
  std::optional<Step> step_overload(const Findings& findings) const;
  std::optional<Step> step_confirm(const Findings& findings) const;
  Step repeat(std::size_t index) const;
  double carried_beside(double low_pps, double high_pps) const;
  // The mean of the trials of a load that are good votes.
  double offered_by_good(const Load& load, const AllowedLoss& allowed) const;

  Options options_;
  std::vector<Load> loads_;  // by rate
  std::size_t trials_ = 0;
  double fastest_pps_ = 0;  // that this machine has sent
};

}  // namespace ringsweep

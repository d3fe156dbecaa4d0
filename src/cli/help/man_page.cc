// The manual page, in the man macros that groff and mandoc both know.
#include <fmt/format.h>

#include <span>
#include <string>
#include <string_view>

#include "cli/help/help.h"
#include "cli/options/command_spec.h"
#include "cli/options/option_table.h"
#include "cli/ping/ping_arguments.h"
#include "ringsweep/base/version.h"

namespace ringsweep {
namespace {

// Text as roff prints it: a hyphen that can be copied, no escape sequences, no line that is taken for a request.
std::string escape(std::string_view text) {
  std::string escaped;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) escaped += "\\&";
    if (c == '\\') {
      escaped += "\\e";
    } else if (c == '-') {
      escaped += "\\-";
    } else {
      escaped += c;
    }
    line_start = c == '\n';
  }
  return escaped;
}

std::string heading(std::string_view title) {
  return fmt::format(".SH {}\n", title);
}
std::string paragraph(std::string_view text) {
  return fmt::format(".PP\n{}\n", escape(text));
}
std::string example(std::string_view text) {
  return fmt::format(".PP\n.nf\n.RS\n{}\n.RE\n.fi\n", escape(text));
}
// `tag` in bold, `text` indented below it.
std::string entry(std::string_view tag, std::string_view text) {
  return fmt::format(".TP\n.B {}\n{}\n", escape(tag), escape(text));
}

// A line of help with a capital letter.
std::string as_sentence(std::string_view help) {
  std::string line(help);
  line[0] = static_cast<char>(line[0] >= 'a' && line[0] <= 'z' ? line[0] - 'a' + 'A' : line[0]);
  return line;
}

std::string option_entry(const OptionSpec& option) {
  std::string text = ".TP\n";
  if (!option.short_name.empty()) text += fmt::format("\\fB{}\\fR, ", escape(option.short_name));
  text += fmt::format("\\fB{}\\fR", escape(option.long_name));
  if (!option.is_flag()) text += fmt::format(" \\fI{}\\fR", escape(option.argument));
  text += fmt::format("\n{}.\n", escape(as_sentence(option.help)));
  if (!option.default_text.empty()) text += fmt::format("Default: {}.\n", escape(option.default_text));
  if (option.repeatable) text += "May be given more than once.\n";
  if (!option.manual.empty()) text += escape(option.manual) + "\n";
  return text;
}

std::string exit_entries(std::span<const ExitStatusText> table) {
  std::string text;
  for (const ExitStatusText& status : table) {
    text += entry(std::to_string(status.status), fmt::format("{}.", status.meaning));
  }
  return text;
}

std::string options_section() {
  std::string text = heading("OPTIONS");
  text += paragraph(
      "Options may stand before and behind the targets. Of an option that is given twice the last counts, where nothing else is said. A word after -- is a target, whatever it looks like.");
  const OptionSpec* before = nullptr;
  for (const OptionSpec& option : option_table()) {
    if (before == nullptr || before->group != option.group) text += fmt::format(".SS {}\n", to_text(option.group));
    text += option_entry(option);
    before = &option;
  }
  return text;
}

std::string targets_section() {
  return heading("TARGETS") + entry("10.0.0.1, 2001:db8::1, fe80::1%eth0", "One address.") +
         entry("10.0.0.0/24, 2001:db8::/112", "A network, with all its addresses. Bits behind the mask are ignored.") +
         entry("10.0.0.1-10.0.1.5, 10.0.0.1-254", "A range: to a full address, or to another last number.") +
         entry("host.example.org", "A host name: a target of its own, with its name in its row.") +
         paragraph(
             "An address asked for twice is probed once. The broadcast addresses of this machine's own networks, multicast addresses and unspecified addresses are skipped; those of other networks cannot be known and are ordinary targets.");
}

std::string ping_section() {
  std::string text =
      heading("PING") +
      paragraph(
          "ringsweep ping HOST sends echo requests to one host and prints replies and statistics line by line as ping(8) of iputils 20221126 does; called by the name ping, through a link, it does the same. Its exit status is 0 where there was a reply (with -c and -w: where all were answered), 1 where there was none or a number is out of range, 2 else.");
  for (const PingOptionText& option : ping_option_table()) {
    text += fmt::format(".TP\n\\fB{}\\fR", escape(option.name));
    if (!option.argument.empty()) text += fmt::format(" \\fI{}\\fR", escape(option.argument));
    text += fmt::format("\n{}.\n", escape(as_sentence(option.help)));
  }
  return text;
}

// One heading a command, with its options and exit statuses.
std::string command_sections(CommandTable commands) {
  std::string text;
  for (const CommandSpec* command : commands) {
    std::string title(command->name);
    for (char& c : title) c = static_cast<char>(c - 'a' + 'A');
    text += heading(title) + fmt::format(".PP\n.B {}\n", escape(command->usage())) + paragraph(command->manual);
    for (const OptionSpec& option : command->options) text += option_entry(option);
    text += paragraph("Exit status:") + exit_entries(command->exit_statuses);
  }
  return text;
}

std::string rows_section() {
  return heading("ROWS") + paragraph("One row per target. The columns of CSV, which are the fields of NDJSON, too:") +
         example("address,name,state,rtt_ms,ttl,attempts,responder,icmp_type,icmp_code,reason,time") +
         paragraph("Each target gets exactly one state:") +
         entry("alive", "The target itself answered a probe of this sweep. Its services may still be down.") +
         entry("other_source",
               "An authentic answer came from another address, the responder, and none from the target.") +
         entry("unreachable", "An ICMP error says so; responder and reason name who and why.") +
         entry("time_exceeded", "The probe's time to live ran out on the way: mostly a routing loop.") +
         entry(
             "no_reply",
             "Nothing came in time. The target may be up and silent. With the reason arp_reply or nd_reply it is there, but does not answer ping.") +
         entry("send_failed", "This machine could not send the probe. Says nothing about the target.") +
         entry("skipped", "Not probed, by its address or because it was excluded.") +
         entry("unresolved", "A name without an address.") +
         paragraph(
             "Targets of a sweep that was stopped may be interrupted or not_sent; the summary counts them, and they have no row. The sum of all states is always the number of targets.");
}

std::string signals_section() {
  return heading("SIGNALS") +
         entry("INT, TERM, HUP", "Sends nothing more and listens for at most one timeout; a second one ends at once.") +
         entry("USR1", "Prints the progress.");
}

std::string exit_section() {
  return heading("EXIT STATUS") + exit_entries(exit_status_table()) + paragraph("4 goes before 3, and 3 before 1.");
}

std::string examples_section() {
  return heading("EXAMPLES") + paragraph("Which hosts of this network answer:") + example("ringsweep 192.168.1.0/24") +
         paragraph("Every target of a file with its verdict, at 20,000 probes a second, for another program:") +
         example("ringsweep -f targets.txt -r 20k -o result.csv --summary-json summary.json") +
         paragraph("Go on only if a host is alive:") + example("ringsweep -q --expect all HOST -o /dev/null && ...") +
         paragraph("The second of four machines that share a network:") +
         example("ringsweep 10.0.0.0/8 --shard 2/4 --seed 7 -r 40k -o part2.csv");
}

}  // namespace

std::string man_page(CommandTable commands) {
  std::string text = fmt::format(".TH RINGSWEEP 1 \"\" \"ringsweep {}\" \"User Commands\"\n", program_version);
  text += heading("NAME") + "ringsweep \\- sweep a network with ICMP echo requests\n";
  text += heading("SYNOPSIS") + ".B ringsweep\n[\\fBsweep\\fR] \\fITARGET\\fR... [\\fIOPTION\\fR]...\n" +
          ".PP\n.B ringsweep ping\n[\\fIOPTION\\fR]... \\fIHOST\\fR\n";
  for (const CommandSpec* command : commands) {
    text +=
        fmt::format(".PP\n.B ringsweep {}\n\\fI{}\\fR [\\fIOPTION\\fR]...\n", command->name, escape(command->words));
  }
  text +=
      heading("DESCRIPTION") +
      paragraph(
          "ringsweep finds out which hosts of a network answer, how fast, and why the others don't. It sends ICMP echo requests at a fixed rate, matches every reply to its probe, and writes one row per target: state, round-trip time, and what decided it. Rows go to standard output, everything else to standard error.") +
      paragraph("Probe only networks that you may probe. --dry-run shows what would be sent.");
  text += targets_section() + options_section() + rows_section() + signals_section() + ping_section() +
          command_sections(commands);
  text += exit_section() + examples_section();
  return text + heading("SEE ALSO") + ".BR ping (8),\n.BR fping (8)\n";
}

}  // namespace ringsweep

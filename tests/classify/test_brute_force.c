#include "classify/detect_run.h"

static void
twice_the_size(struct detect_config *config)
{
    config->brute_force.size = 200;
}

static void
half_the_size(struct detect_config *config)
{
    config->brute_force.size = 50;
}

static void
five_tries(struct detect_config *config)
{
    config->brute_force.tries = 5;
}

static const struct detect_case cases[] = {
    { "logins by SSH",
      { { .letters = "sakdDdDfF", .n = 30, .gap_ms = 1000, DETECT_IN(22) } },
      "brute-force: 30 short connections to ssh in 29s\n" },
    { "one too few",
      { { .letters = "sakdDdDfF", .n = 29, .gap_ms = 1000, DETECT_IN(22) } },
      "" },
    { "an asset guesses at a host outside",
      { { .letters = "sakdDdDfF", .n = 30, .gap_ms = 1000, DETECT_OUT(3389) } },
      "brute-force: 30 short connections to rdp in 29s\n" },
    { "Kerberos: errors",
      { { .letters = "qQ",
          .n = 30,
          .gap_ms = 1000,
          .size = 250,
          .answer_size = 200,
          DETECT_IN(88) } },
      "brute-force: 30 short connections to kerberos in 29s\n" },
    { "Kerberos: tickets",
      { { .letters = "qQ",
          .n = 100,
          .gap_ms = 1000,
          .size = 250,
          .answer_size = 1400,
          DETECT_IN(88) } },
      "" },
    { "a few tries at each of many hosts",
      { { .letters = "sakdDdDfF",
          .n = 15,
          .gap_ms = 1000,
          .n_targets = 5,
          DETECT_IN(445) } },
      "brute-force: 5 hosts with logins by smb in 4s\n" },
    { "a look at each of many hosts",
      { { .letters = "sakdDdDfF",
          .n = 60,
          .gap_ms = 1000,
          .n_targets = 30,
          DETECT_IN(22) } },
      "" },
    { "automation, slower than the window",
      { { .letters = "sakdDdDfF", .n = 100, .gap_ms = 11000, DETECT_IN(22) } },
      "" },
    { "large sessions",
      { { .letters = "sakdDdDfF",
          .n = 100,
          .gap_ms = 100,
          .answer_size = 9000,
          DETECT_IN(22) } },
      "" },
    { "web pages",
      { { .letters = "sakdDfF", .n = 200, .gap_ms = 100, DETECT_IN(443) } },
      "" },
    { "mail between servers",
      { { .letters = "sakdDdDfF", .n = 200, .gap_ms = 100, DETECT_IN(25) } },
      "" },
    { "no answer", { { .letters = "s", .n = 200, .gap_ms = 100, DETECT_IN(22) } }, "" },
    { "many clients of one server",
      { { .letters = "sakdDdDfF",
          .n = 200,
          .gap_ms = 100,
          .n_sources = 20,
          DETECT_IN(22) } },
      "" },
};

static const struct detect_configured_case configured[] = {
    { "sessions that are short, where so large ones may be",
      twice_the_size,
      { { .letters = "sakdDdDfF",
          .n = 30,
          .gap_ms = 1000,
          .answer_size = 9000,
          DETECT_IN(22) } },
      "brute-force: 30 short connections to ssh in 29s\n" },
    { "logins of which each is too large",
      half_the_size,
      { { .letters = "sakdDdDfF",
          .n = 30,
          .gap_ms = 1000,
          .answer_size = 5000,
          DETECT_IN(22) } },
      "" },
    { "a few tries at each of many hosts, and too few",
      five_tries,
      { { .letters = "sakdDdDfF",
          .n = 20,
          .gap_ms = 1000,
          .n_targets = 5,
          DETECT_IN(445) } },
      "" },
};

static void
test_case(void **state)
{
    detect_run_case(*state);
}

static void
test_configured_case(void **state)
{
    detect_run_configured_case(*state);
}

int
main(void)
{
    return RUN_CASES(cases, test_case) + RUN_CASES(configured, test_configured_case);
}

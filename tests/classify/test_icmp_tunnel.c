#include "classify/detect_run.h"

static const struct detect_case cases[] = {
    { "replies that are larger than the requests",
      { { .letters = "eE",
          .n = 60,
          .gap_ms = 500,
          .size = 64,
          .answer_size = 900,
          .one_port = true,
          DETECT_OUT(0) } },
      "icmp-tunnel: 62 kB of echoes, requests of 118 and replies of 954 bytes\n" },
    { "too few of them",
      { { .letters = "eE",
          .n = 49,
          .gap_ms = 500,
          .size = 64,
          .answer_size = 900,
          .one_port = true,
          DETECT_OUT(0) } },
      "" },
    { "megabytes",
      { { .letters = "eE",
          .n = 8192,
          .gap_ms = 2,
          .size = 1400,
          .answer_size = 1400,
          .one_port = true,
          DETECT_OUT(0) } },
      "icmp-tunnel: 11632 kB of echoes, requests of 1454 and replies of 1454 bytes\n"
      "icmp-tunnel: 23264 kB of echoes, requests of 1454 and replies of 1454 bytes\n" },
    { "a ping for an hour",
      { { .letters = "eE",
          .n = 3600,
          .gap_ms = 1000,
          .size = 56,
          .answer_size = 56,
          .one_port = true,
          DETECT_OUT(0) } },
      "" },
    { "a test of the path",
      { { .letters = "eE",
          .n = 600,
          .gap_ms = 1000,
          .size = 1400,
          .answer_size = 1400,
          .one_port = true,
          DETECT_OUT(0) } },
      "" },
    { "replies that are cut",
      { { .letters = "eE",
          .n = 600,
          .gap_ms = 1000,
          .size = 1400,
          .answer_size = 64,
          .one_port = true,
          DETECT_OUT(0) } },
      "" },
    { "no replies",
      { { .letters = "e",
          .n = 600,
          .gap_ms = 10,
          .size = 1400,
          .one_port = true,
          DETECT_OUT(0) } },
      "" },
};

static void
test_case(void **state)
{
    detect_run_case(*state);
}

int
main(void)
{
    return RUN_CASES(cases, test_case);
}

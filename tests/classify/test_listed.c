#include "base/problem.h"
#include "classify/detect_run.h"

struct listed_case {
    const char *name, *packets;
    const char *seen; /* List and the end that may be the asset, for each observation. */
};

/* A and b are on one list each, C on both. */
static const struct listed_case cases[] = {
    { "nobody", "0 D:40000 > E:443 tcp S", "" },
    { "the initiator", "0 A:40000 > E:443 tcp S", "bad responder\n" },
    { "the responder", "0 E:40000 > A:443 tcp S", "bad initiator\n" },
    { "IPv6", "0 b:40000 > e:443 tcp S", "worse responder\n" },
    { "both ends", "0 A:40000 > C:443 tcp S",
      "bad responder\nbad initiator\nworse initiator\n" },
    { "once a flow",
      "0 A:40000 > E:443 tcp S\n1 E:443 > A:40000 tcp SA\n2 A:40000 > E:443 tcp PA 9",
      "bad responder\n" },
    { "again for the next flow", "0 A:40000 > E:443 tcp S\n1 A:40001 > E:443 tcp S",
      "bad responder\nbad responder\n" },
    { "not when a flow goes on after the active timeout",
      "0 A:40000 > E:9999 udp - 5\n1 E:9999 > A:40000 udp - 5\n"
      "50000 A:40000 > E:9999 udp - 5\n100000 A:40000 > E:9999 udp - 5\n"
      "150000 A:40000 > E:9999 udp - 5",
      "bad responder\n" },
};

static void
test_listed(void **state)
{
    const struct listed_case *c = *state;
    const struct indicator_list_config list_configs[] = {
        { .name = "bad",
          .file = temporary_file("bad", "192.0.2.65\n192.0.2.67\n"),
          .meaning = "",
          .concern = "",
          .source = "",
          .column = "",
          .date_ns = UINT64_C(1699920000000000000),
          .config_file = "test" },
        { .name = "worse",
          .file = temporary_file("worse", "2001:db8::62\n192.0.2.67\n"),
          .meaning = "",
          .concern = "",
          .source = "",
          .column = "",
          .date_ns = UINT64_C(1699920000000000000),
          .config_file = "test" },
    };
    const struct detect_config config = {
        .scan = { .ports = 15, .within_ns = NS_PER_SECOND, .capacity = 256 },
        .sweep = { .hosts = 15, .within_ns = NS_PER_SECOND, .capacity = 256 },
    };
    struct problem_list *problems = problem_list_new();
    struct indicator_lists *lists =
        indicator_lists_new(list_configs, N_ELEMENTS(list_configs), problems);
    struct detect_run *run = detect_run_new(&config, lists);
    char seen[256] = "";

    script_run(c->packets, detect_run_take, run);
    for (size_t i = 0; i < run->seen.n; i++) {
        const struct observation *observation = &run->seen.items[i];

        assert_int_equal(observation->kind, OBSERVATION_LISTED_ADDRESS);
        strcat(strcat(seen, observation->list->name),
               observation->asset_ends == 1U << FLOW_INITIATOR ? " initiator\n"
                                                               : " responder\n");
    }
    assert_string_equal(seen, c->seen);
    if (run->seen.n == 1 && strchr(c->packets, 'A') != NULL) {
        assert_string_equal(run->seen.items[0].detail,
                            "192.0.2.65 is on list bad of 2023-11-14");
    }
    detect_run_free(run);
    indicator_lists_free(lists);
    problem_list_free(problems);
}

int
main(void)
{
    return RUN_CASES(cases, test_listed);
}

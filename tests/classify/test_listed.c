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
        .sweep = { .hosts = 15,
                   .answered = 4,
                   .within_ns = NS_PER_SECOND,
                   .capacity = 256 },
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

/* A name, a fingerprint or an address that is seen so many days after the lists' day. */
static const struct seen_case {
    const char *name;
    enum observation_kind kind; /* Of what is seen; FLOW_START: a flow to an address. */
    const char *subject;
    unsigned days;
    const char *seen; /* What the detector says, line by line. */
    unsigned n_allowed;
} seen_cases[] = {
    { "a name on no list", OBSERVATION_NAME, "good.example", 0, "", 0 },
    { "a name on a list", OBSERVATION_NAME, "evil.example", 0,
      "listed-domain evil.example: evil.example is on list bad of 2023-11-14\n", 0 },
    { "a name below one", OBSERVATION_NAME, "www.evil.example", 0,
      "listed-domain www.evil.example: www.evil.example is on list bad of 2023-11-14\n",
      0 },
    { "a name on two lists", OBSERVATION_NAME, "worse.example", 0,
      "listed-domain worse.example: worse.example is on list bad of 2023-11-14\n"
      "listed-domain worse.example: worse.example is on list worse of 2023-11-14\n",
      0 },
    { "a name that is allowed", OBSERVATION_NAME, "a.fine.evil.example", 0, "", 1 },
    { "a name that is allowed, but on no list", OBSERVATION_NAME, "fine.example", 0, "",
      0 },
    { "a month later", OBSERVATION_NAME, "evil.example", 30,
      "listed-domain evil.example: evil.example is on list bad of 2023-11-14\n", 0 },
    { "later than a month", OBSERVATION_NAME, "evil.example", 45,
      "listed-domain evil.example: evil.example is on list bad of 2023-11-14, 45 days "
      "old\n",
      0 },
    { "when one list has expired", OBSERVATION_NAME, "worse.example", 60,
      "listed-domain worse.example: worse.example is on list bad of 2023-11-14, 60 days "
      "old\n",
      0 },
    { "a fingerprint on a list", OBSERVATION_FINGERPRINT,
      "t13d1516h2_8daaf6152771_e5627efa2ab1", 0,
      "listed-fingerprint t13d1516h2_8daaf6152771_e5627efa2ab1: "
      "t13d1516h2_8daaf6152771_e5627efa2ab1 is on list bad of 2023-11-14\n",
      0 },
    { "a fingerprint on no list", OBSERVATION_FINGERPRINT,
      "t13d1516h2_8daaf6152771_e5627efa2ab2", 0, "", 0 },
    { "an address that is allowed", OBSERVATION_FLOW_START, "198.51.100.7", 0, "", 1 },
    { "an address that is not", OBSERVATION_FLOW_START, "203.0.113.7", 0,
      "listed-address : 203.0.113.7 is on list bad of 2023-11-14\n", 0 },
    { "an address of a known scanner alone", OBSERVATION_FLOW_START, "203.0.113.9", 0, "",
      0 },
};

static struct indicator_lists *
make_lists(struct problem_list *problems)
{
    static const struct {
        const char *name, *text;
        enum list_use use;
        uint64_t valid_days;
    } what[] = {
        { "bad",
          "evil.example\nworse.example\n198.51.100.7\n203.0.113.7\n"
          "t13d1516h2_8daaf6152771_e5627efa2ab1\n",
          LIST_USE_ALERT, 0 },
        { "worse", "worse.example\n", LIST_USE_ALERT, 50 },
        { "hosting", "fine.evil.example\nfine.example\n198.51.100.0/24\n", LIST_USE_ALLOW,
          0 },
        { "scanners", "203.0.113.9\n", LIST_USE_SCANNER, 0 },
    };
    struct indicator_list_config configs[N_ELEMENTS(what)];

    for (size_t i = 0; i < N_ELEMENTS(what); i++) {
        configs[i] = (struct indicator_list_config){
            .name = what[i].name,
            .file = temporary_file(what[i].name, what[i].text),
            .use = what[i].use,
            .meaning = "",
            .concern = "",
            .source = "",
            .column = "",
            .date_ns = UINT64_C(1699920000000000000),
            .valid_for_ns = what[i].valid_days * 86400 * NS_PER_SECOND,
        };
    }
    return indicator_lists_new(configs, N_ELEMENTS(configs), problems);
}

/* Shows the detector what the case has. */
static void
show(struct detectors *detectors, const struct seen_case *c, struct counters *counters,
     struct observation_list *list)
{
    static struct observation_list given;
    const uint64_t time_ns =
        UINT64_C(1699920000000000000) + c->days * 86400 * NS_PER_SECOND;
    struct flow flow = { .first_ns = time_ns, .last_ns = time_ns };
    struct observation *observation;

    given.n = list->n = 0;
    if (c->kind == OBSERVATION_FLOW_START) {
        flow.events = FLOW_EVENT_START;
        assert_true(ip_parse(c->subject, &flow.ends[FLOW_RESPONDER].address));
        detect_flow(detectors, &flow, detect_uses(detectors, &flow), time_ns, counters,
                    list);
        return;
    }
    observation = observation_list_add(&given, c->kind, &flow, time_ns);
    (void) snprintf(observation->subject, sizeof observation->subject, "%s", c->subject);
    detect_observation(detectors, observation, counters, list);
}

static void
test_seen(void **state)
{
    static const struct detect_config config = {
        .scan = { .ports = 15, .within_ns = NS_PER_SECOND, .capacity = 256 },
        .sweep = { .hosts = 15,
                   .answered = 4,
                   .within_ns = NS_PER_SECOND,
                   .capacity = 256 },
    };
    static struct observation_list list;
    const struct seen_case *c = *state;
    struct problem_list *problems = problem_list_new();
    struct indicator_lists *lists = make_lists(problems);
    struct detectors *detectors = detectors_new(&config, lists, hash_seed_fixed());
    struct counters counters = { 0 };
    char seen[1024] = "";

    assert_int_equal(problem_list_n(problems), 0);
    show(detectors, c, &counters, &list);
    for (size_t i = 0; i < list.n; i++) {
        const struct observation *observation = &list.items[i];

        strcat(strcat(seen, observation_name(observation->kind)), " ");
        strcat(strcat(strcat(seen, observation->subject), ": "), observation->detail);
        strcat(seen, "\n");
    }
    assert_string_equal(seen, c->seen);
    assert_int_equal(counters.n[COUNTER_CLASSIFY_LISTED_ALLOWED], c->n_allowed);
    detectors_free(detectors);
    indicator_lists_free(lists);
    problem_list_free(problems);
}

/* Names and fingerprints are asked for only where a list has some: a fingerprint costs two
 * digests. */
static void
test_observes(void **state)
{
    static const struct detect_config config = { 0 };
    const uint32_t fingerprints = UINT32_C(1) << OBSERVATION_FINGERPRINT;
    struct problem_list *problems = problem_list_new();
    struct indicator_lists *lists = make_lists(problems);
    struct detectors *detectors = detectors_new(&config, NULL, hash_seed_fixed());

    (void) state;
    assert_int_equal(detect_observes(detectors) & fingerprints, 0);
    detectors_renew(detectors, lists);
    assert_int_equal(detect_observes(detectors) & fingerprints, fingerprints);
    detectors_renew(detectors, NULL);
    assert_int_equal(detect_observes(detectors) & fingerprints, 0);
    detectors_free(detectors);
    indicator_lists_free(lists);
    problem_list_free(problems);
}

/* So are flows that begin, of which no other detector makes any use. */
static void
test_uses(void **state)
{
    static const struct detect_config config = { 0 };
    const struct flow begun = { .events = FLOW_EVENT_START };
    struct problem_list *problems = problem_list_new();
    struct indicator_lists *lists = make_lists(problems);
    struct detectors *detectors = detectors_new(&config, NULL, hash_seed_fixed());

    (void) state;
    assert_int_equal(detect_uses(detectors, &begun), 0);
    detectors_renew(detectors, lists);
    assert_int_equal(detect_uses(detectors, &begun), DETECT_USE_LOOK);
    detectors_renew(detectors, NULL);
    assert_int_equal(detect_uses(detectors, &begun), 0);
    detectors_free(detectors);
    indicator_lists_free(lists);
    problem_list_free(problems);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_observes),
                                        cmocka_unit_test(test_uses) };

    return RUN_CASES(cases, test_listed) + RUN_CASES(seen_cases, test_seen) +
           cmocka_run_group_tests(tests, NULL, NULL);
}

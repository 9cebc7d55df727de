/* The rules that an index tells, against a look at each rule. */
#include "rules/rule_index.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "rules/rule_field.h"
#include "rules/rule_set.h"
#include "support/support.h"

enum { N_RULES = 5000, TEXT_SIZE = N_RULES * 320 };

static uint64_t
random_of(uint64_t *state, uint64_t n)
{
    (*state)++;
    return hash_bytes(hash_seed_fixed(), state, sizeof *state) % n;
}

/* Rules that ask for various things, each for some of them only. */
static void
write_rules(FILE *out)
{
    static const char *const services[] = { "modbus", "dnp3", "ssh", "tls", "dns" };
    static const char *const sectors[] = { "energy", "healthcare", "space" };
    uint64_t state = 1;

    fprintf(out, "rules = (\n");
    for (unsigned i = 0; i < N_RULES; i++) {
        const uint64_t port = random_of(&state, 300);

        fprintf(
            out,
            "%s{ id = \"T-%u\"; rev = 1; title = \"t\"; concerns = [ \"JS-D1-HEALTH\" ];\n"
            "severity = \"low\"; when = { observation = \"%s\";\n",
            i == 0 ? "" : ", ", i, random_of(&state, 2) == 0 ? "flow-start" : "service");
        switch (random_of(&state, 5)) {
        case 0:
            fprintf(out, "port = %u;\n", (unsigned) port);
            break;
        case 1:
            fprintf(out, "port = [ \"%u-%u\", \"%u\" ];\n", (unsigned) port,
                    (unsigned) port + 20, (unsigned) port + 7);
            break;
        case 2:
            fprintf(out, "port = \"%u-9000\";\n", (unsigned) port);
            break;
        case 3:
            fprintf(out, "port_not = %u;\n", (unsigned) port);
            break;
        default:
            break;
        }
        if (random_of(&state, 2) == 0) {
            fprintf(out, "service%s = \"%s\";\n", random_of(&state, 4) == 0 ? "_not" : "",
                    services[random_of(&state, N_ELEMENTS(services))]);
        }
        if (random_of(&state, 2) == 0) {
            fprintf(out, "asset = { sector%s = \"%s\"; };\n",
                    random_of(&state, 4) == 0 ? "_not" : "",
                    sectors[random_of(&state, N_ELEMENTS(sectors))]);
        }
        fprintf(out, "}; }\n");
    }
    fprintf(out, ");\n");
}

static struct rule_set *
make_set(const char *text, size_t n)
{
    struct problem_list *problems = problem_list_new();
    struct rule_set *set = rule_set_new_text(text, "test", NULL, NULL, problems);

    problem_list_print(problems, stderr);
    assert_int_equal(problem_list_n_errors(problems), 0);
    assert_int_equal(rule_set_n(set), n);
    problem_list_free(problems);
    return set;
}

static struct rule_set *
make_rules(void)
{
    char *text = calloc(1, TEXT_SIZE);
    FILE *out;
    struct rule_set *set;

    assert_non_null(text);
    out = fmemopen(text, TEXT_SIZE - 1, "w");
    assert_non_null(out);
    write_rules(out);
    assert_int_equal(fclose(out), 0);
    set = make_set(text, N_RULES);
    free(text);
    return set;
}

/* Whether what a rule asks for of ports (if it names few), services and sectors fits; the
 * index leaves the rest to the judge. */
static bool
fits(const struct rule *rule, uint8_t service, const struct rule_index_end *end)
{
    for (size_t i = 0; i < rule->n_conditions; i++) {
        const struct rule_condition *condition = &rule->conditions[i];
        const char *name = condition->field->name;
        bool fits_one = condition->negated;

        if (strcmp(name, "service") == 0) {
            fits_one = fits_one || rule_names_has(&condition->names, service);
        } else if (strcmp(name, "sector") == 0) {
            fits_one = fits_one || (condition->names.words[0] & end->sectors) != 0;
        } else if (strcmp(name, "port") == 0) {
            for (size_t j = 0; j < condition->n; j++) {
                const struct rule_range *range = &condition->ranges[j];

                fits_one = fits_one || range->max - range->min > 1000 ||
                           (end->port >= range->min && end->port <= range->max);
            }
        } else {
            fits_one = true;
        }
        if (!fits_one) {
            return false;
        }
    }
    return end->sectors != 0;
}

static void
check_walk(const struct rule_set *set, enum observation_kind kind, uint8_t service,
           const struct rule_index_end ends[2])
{
    struct rule_walk walk = rule_index_walk(rule_set_index(set), kind, service, ends);
    unsigned told_ends = 0;
    const struct rule *told = rule_walk_next(&walk, &told_ends);
    const bool has_told = told != NULL;

    for (size_t i = 0; i < N_RULES; i++) {
        const struct rule *rule = rule_set_at(set, i);
        const unsigned expected = (rule->observations >> kind & 1) == 0
                                      ? 0
                                      : (unsigned) fits(rule, service, &ends[0]) |
                                            (unsigned) fits(rule, service, &ends[1]) << 1;

        if (expected != 0) {
            assert_ptr_equal(told, rule);
            assert_int_equal(told_ends, expected);
            told = rule_walk_next(&walk, &told_ends);
        }
    }
    assert_null(told);
    assert_null(rule_walk_next(&walk, &told_ends));
    assert_int_equal(rule_index_may_match(rule_set_index(set), kind, service, ends),
                     has_told);
    assert_true(!has_told || rule_index_asks(rule_set_index(set), kind, service,
                                             ends[0].port, ends[1].port));
}

static void
test_walk(void **state)
{
    static const uint8_t services[] = { SERVICE_NONE, SERVICE_MODBUS, SERVICE_SSH,
                                        SERVICE_HTTP };
    static const sector_set sectors[] = { 0, 1 << SECTOR_ENERGY, 1 << SECTOR_FINANCE,
                                          1 << SECTOR_ENERGY | 1 << SECTOR_SPACE };
    struct rule_set *set = make_rules();
    uint64_t random = 7;

    (void) state;
    for (unsigned i = 0; i < 300; i++) {
        const struct rule_index_end ends[2] = {
            { sectors[random_of(&random, N_ELEMENTS(sectors))],
              (uint16_t) random_of(&random, 330) },
            { sectors[random_of(&random, N_ELEMENTS(sectors))],
              (uint16_t) random_of(&random, UINT16_MAX + 1) },
        };

        check_walk(
            set, random_of(&random, 2) == 0 ? OBSERVATION_FLOW_START : OBSERVATION_SERVICE,
            services[random_of(&random, N_ELEMENTS(services))], ends);
    }
    rule_set_free(set);
}

/* No rule asks for it. */
static void
test_other_kind(void **state)
{
    const struct rule_index_end ends[2] = { { 1 << SECTOR_ENERGY, 502 }, { 0, 0 } };
    struct rule_set *set = make_rules();

    (void) state;
    assert_true(
        rule_index_asks(rule_set_index(set), OBSERVATION_SERVICE, SERVICE_MODBUS, 502, 0));
    assert_false(
        rule_index_asks(rule_set_index(set), OBSERVATION_SCAN, SERVICE_MODBUS, 502, 0));
    check_walk(set, OBSERVATION_SCAN, SERVICE_MODBUS, ends);
    rule_set_free(set);
}

/* Whoever the ends are: one rule asks for a service, the other for a port. */
static void
test_asks(void **state)
{
    static const char head[] = "rev = 1; title = \"t\"; concerns = [ \"JS-D1-HEALTH\" ]; "
                               "severity = \"low\"; when = { observation = \"flow-end\"; ";
    const enum observation_kind kind = OBSERVATION_FLOW_END;
    const struct rule_index *index;
    struct rule_set *set;
    char text[1024];

    (void) state;
    (void) snprintf(text, sizeof text,
                    "rules = ( { id = \"T-1\"; %s service = \"modbus\"; }; }, "
                    "{ id = \"T-2\"; %s port = [ 80, 81 ]; }; } );",
                    head, head);
    set = make_set(text, 2);
    index = rule_set_index(set);
    assert_true(rule_index_asks(index, kind, SERVICE_MODBUS, 1, 2));
    assert_true(rule_index_asks(index, kind, SERVICE_NONE, 1, 81));
    assert_true(rule_index_asks(index, kind, SERVICE_NONE, 80, 2));
    assert_false(rule_index_asks(index, kind, SERVICE_NONE, 1, 2));
    assert_false(rule_index_asks(index, OBSERVATION_FLOW_START, SERVICE_MODBUS, 80, 81));
    rule_set_free(set);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_walk),
        cmocka_unit_test(test_other_kind),
        cmocka_unit_test(test_asks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "alert/alert.h"

#include <string.h>

#include "sample.h"
#include "support/support.h"

/* Makes an alert of the sample's incident after 'change'. */
static struct alert
made_after(const struct samples *samples, void (*change)(struct incident *incident))
{
    struct incident incident = samples->alerts[SAMPLE_SCAN].incident;
    struct alert alert;

    change(&incident);
    alert_make(&alert, &incident, samples->alerts[SAMPLE_SCAN].sensor, 1, 2, 0.0);
    return alert;
}

static void
nothing(struct incident *incident)
{
    (void) incident;
}

static void
state(struct incident *incident)
{
    incident->state = INCIDENT_CLOSED;
}

static void
n_alerts(struct incident *incident)
{
    incident->n_alerts++;
}

static void
n_verdicts(struct incident *incident)
{
    incident->n_verdicts++;
}

static void
incident_id(struct incident *incident)
{
    incident->id[0] = 'f';
}

/* The id depends on the incident alone, and on each thing that tells two changes of it
 * apart. */
struct id_case {
    const char *name;
    void (*change)(struct incident *incident);
    bool is_same;
};

static const struct id_case id_cases[] = {
    { "nothing", nothing, true },
    { "state", state, false },
    { "number of alerts", n_alerts, false },
    { "number of verdicts", n_verdicts, false },
    { "incident", incident_id, false },
};

static void
test_id(void **test_state)
{
    const struct id_case *c = *test_state;
    struct samples samples;
    struct alert alert;

    samples_init(&samples);
    alert = made_after(&samples, c->change);
    assert_int_equal(strlen(alert.id), ALERT_ID_SIZE - 1);
    assert_int_equal(strspn(alert.id, "0123456789abcdef"), ALERT_ID_SIZE - 1);
    assert_int_equal(strcmp(alert.id, samples.alerts[SAMPLE_SCAN].id) == 0, c->is_same);
    samples_fini(&samples);
}

/* The asset may be either end; source and destination stay initiator and responder. */
static void
test_ends(void **test_state)
{
    struct samples samples;
    const struct alert *in, *out;

    (void) test_state;
    samples_init(&samples);
    in = &samples.alerts[SAMPLE_CONTACT];
    out = &samples.alerts[SAMPLE_LISTED];
    assert_ptr_equal(alert_asset(in), &in->incident.verdict.flow.ends[FLOW_RESPONDER]);
    assert_ptr_equal(alert_peer(in), &in->incident.verdict.flow.ends[FLOW_INITIATOR]);
    assert_string_equal(alert_claim(in)->organisation, "Example Grid");
    assert_ptr_equal(alert_asset(out), &out->incident.verdict.flow.ends[FLOW_INITIATOR]);
    assert_ptr_equal(alert_peer(out), &out->incident.verdict.flow.ends[FLOW_RESPONDER]);
    assert_string_equal(alert_claim(out)->organisation, "Example Savings Bank");
    samples_fini(&samples);
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_ends) };

    return RUN_CASES(id_cases, test_id) + cmocka_run_group_tests(tests, NULL, NULL);
}

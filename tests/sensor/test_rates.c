#include "sensor/rates.h"

#include "base/timestamp.h"
#include "support/support.h"

static void
test_rates(void **state)
{
    struct counters counters = { { 0 } };
    struct rates rates = { .since_ns = 10 * NS_PER_SECOND };
    char text[RATES_TEXT_SIZE];

    (void) state;
    rates_update(&rates, &counters, 20 * NS_PER_SECOND);
    rates_format(&rates, text);
    assert_string_equal(text, "0 packets/s, 0.0 % critical, 0.00 % lost");

    counter_add(&counters, COUNTER_CAPTURE_PACKETS, 3000);
    counter_add(&counters, COUNTER_CLASSIFY_CRITICAL_PACKETS, 300);
    counter_add(&counters, COUNTER_CAPTURE_RING_DROPPED, 800);
    counter_add(&counters, COUNTER_CAPTURE_KERNEL_DROPPED, 100);
    counter_add(&counters, COUNTER_CAPTURE_INTERFACE_DROPPED, 100);
    rates_update(&rates, &counters, 25 * NS_PER_SECOND);
    rates_format(&rates, text);
    assert_string_equal(text, "600 packets/s, 10.0 % critical, 25.00 % lost");

    /* Only what is new counts. */
    counter_add(&counters, COUNTER_CAPTURE_PACKETS, 10);
    counter_add(&counters, COUNTER_CLASSIFY_CRITICAL_PACKETS, 10);
    rates_update(&rates, &counters, 26 * NS_PER_SECOND);
    rates_format(&rates, text);
    assert_string_equal(text, "10 packets/s, 100.0 % critical, 0.00 % lost");

    /* No time has gone by. */
    rates_update(&rates, &counters, 26 * NS_PER_SECOND);
    assert_true(rates.packets_per_second == 0.0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

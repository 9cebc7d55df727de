#include "geo/place_cache.h"

#include <string.h>

#include "support/support.h"

/* However many addresses fight for a place, each look-up gives what the databases say. */
static void
test_equals_the_database(void **state)
{
    const struct geo_place_config places[] = {
        { .prefix = { ip_from_v4(UINT32_C(0x0a000000)), 96 + 9 },
          .country = "NG",
          .asn = 64496 },
        { .prefix = { ip_from_v4(UINT32_C(0x0a800000)), 96 + 9 },
          .country = "KE",
          .asn = 64497 },
    };
    static const char *const none[] = { NULL };
    const struct geo_config config = { .databases = none, .places = places, .n_places = 2 };
    struct problem_list *problems = problem_list_new();
    struct geo *geo = geo_new(&config, problems);
    struct place_cache *cache = place_cache_new(geo, hash_seed_fixed());

    (void) state;
    assert_int_equal(problem_list_n(problems), 0);
    for (unsigned round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 20000; i++) {
            const struct ip_address address = ip_from_v4(UINT32_C(0x0a000000) + i * 997);
            const struct place expected = geo_lookup(geo, address);
            const struct place *place = place_cache_lookup(cache, address);

            assert_string_equal(place->country, expected.country);
            assert_int_equal(place->asn, expected.asn);
        }
    }
    place_cache_free(cache);
    geo_free(geo);
    problem_list_free(problems);
}

static void
test_without_databases(void **state)
{
    struct place_cache *cache = place_cache_new(NULL, hash_seed_fixed());

    (void) state;
    assert_string_equal(place_cache_lookup(cache, ip_from_v4(1))->country, "");
    assert_int_equal(place_cache_lookup(cache, ip_from_v4(0))->asn, 0);
    place_cache_free(cache);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_equals_the_database),
        cmocka_unit_test(test_without_databases),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

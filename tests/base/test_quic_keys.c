#include "base/quic_keys.h"

#include "base/digest.h"
#include "support/support.h"

/* RFC 9001, appendix A.1; RFC 9369, appendix A.1. */
static const uint8_t id[] = { 0x83, 0x94, 0xc8, 0xf0, 0x3e, 0x51, 0x57, 0x08 };

struct keys_case {
    const char *name;
    uint32_t version;
    const char *key, *iv, *header_protection; /* NULL: there are none. */
};

static const struct keys_case keys_cases[] = {
    { "version 1", QUIC_VERSION_1, "1f369613dd76d5467730efcbe3b1a22d",
      "fa044b2f42a3fd3b46fb255c", "9f50449e04a0e810283a1e9933adedd2" },
    { "version 2", QUIC_VERSION_2, "8b1a0bc121284290a29e0971b5cd045d",
      "91f73e2351d8fa91660e909f", "45b95e15235d6f45a6b19cbcb0294ba9" },
    { "another version", 3, NULL, NULL, NULL },
};

static void
test_keys(void **state)
{
    const struct keys_case *c = *state;
    struct quic_keys keys;
    char text[33];

    assert_int_equal(quic_keys_derive(c->version, id, sizeof id, &keys), c->key != NULL);
    if (c->key != NULL) {
        digest_hex(keys.key, sizeof keys.key, text);
        assert_string_equal(text, c->key);
        digest_hex(keys.iv, sizeof keys.iv, text);
        assert_string_equal(text, c->iv);
        digest_hex(keys.header_protection, sizeof keys.header_protection, text);
        assert_string_equal(text, c->header_protection);
    }
}

/* RFC 9001, appendix A.2. */
static void
test_mask(void **state)
{
    static const uint8_t sample[QUIC_SAMPLE_SIZE] = { 0xd1, 0xb1, 0xc9, 0x8d, 0xd7, 0x68,
                                                      0x9f, 0xb8, 0xec, 0x11, 0xd2, 0x42,
                                                      0xb1, 0x23, 0xdc, 0x9b };
    struct quic_keys keys;
    uint8_t mask[QUIC_MASK_SIZE], plain[1];
    char text[2 * QUIC_MASK_SIZE + 1];

    (void) state;
    assert_true(quic_keys_derive(QUIC_VERSION_1, id, sizeof id, &keys));
    quic_header_mask(&keys, sample, mask);
    digest_hex(mask, sizeof mask, text);
    assert_string_equal(text, "437b9aec36");
    assert_false(quic_open(&keys, 2, id, sizeof id, sample, sizeof sample, plain));
    assert_false(quic_open(&keys, 2, id, sizeof id, sample, QUIC_TAG_SIZE - 1, plain));
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_mask) };

    return RUN_CASES(keys_cases, test_keys) + cmocka_run_group_tests(tests, NULL, NULL);
}

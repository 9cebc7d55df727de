#include "base/digest.h"

#include <stdlib.h>
#include <string.h>

#include "support/support.h"

/* The examples of FIPS 180 that NIST publishes (one block, two blocks), and the empty text.
 */
static const struct digest_case {
    const char *name;
    const char *text;
    const char *sha1, *sha256;
} digest_cases[] = {
    { "empty", "", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    { "one block", "abc", "a9993e364706816aba3e25717850c26c9cd0d89d",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
    { "two blocks", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "84983e441c3bd26ebaae4aa1f95129e5e54670f1",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
};

static void
test_digest(void **state)
{
    const struct digest_case *c = *state;
    uint8_t digest[DIGEST_SHA256_SIZE];
    char text[2 * DIGEST_SHA256_SIZE + 1];

    digest_sha1(c->text, strlen(c->text), digest);
    digest_hex(digest, DIGEST_SHA1_SIZE, text);
    assert_string_equal(text, c->sha1);
    digest_sha256(c->text, strlen(c->text), digest);
    digest_hex(digest, DIGEST_SHA256_SIZE, text);
    assert_string_equal(text, c->sha256);
}

/* The third example: a million times the letter a. */
static void
test_long_text(void **state)
{
    enum { N = 1000000 };
    uint8_t digest[DIGEST_SHA1_SIZE];
    char text[2 * DIGEST_SHA1_SIZE + 1];
    char *letters = malloc(N);

    (void) state;
    assert_non_null(letters);
    memset(letters, 'a', N);
    digest_sha1(letters, N, digest);
    digest_hex(digest, sizeof digest, text);
    assert_string_equal(text, "34aa973cd4c4daa4f61eeb2bdbad27316534016f");
    free(letters);
}

/* RFC 6455 section 1.3 hashes a text and gives the base64 of the result. */
static void
test_base64(void **state)
{
    static const char text[] =
        "dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    uint8_t digest[DIGEST_SHA1_SIZE];
    char base64[DIGEST_SHA1_BASE64_SIZE];

    (void) state;
    digest_sha1(text, strlen(text), digest);
    digest_sha1_base64(digest, base64);
    assert_string_equal(base64, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

int
main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(test_long_text),
                                        cmocka_unit_test(test_base64) };

    return RUN_CASES(digest_cases, test_digest) + cmocka_run_group_tests(tests, NULL, NULL);
}

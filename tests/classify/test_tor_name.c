#include "classify/tor_name.h"

#include <string.h>

#include "support/support.h"

static const struct name_case {
    const char *name, *host;
    bool is_made_up;
} name_cases[] = {
    { "letters and digits", "www.y4ldn2ombxq7.com", true },
    { "the shortest", "www.abcd.com", true },
    { "the longest", "www.abcdefghijklmnopqrstuvwxy.com", true },
    { "one letter less", "www.abc.com", false },
    { "one letter more", "www.abcdefghijklmnopqrstuvwxyz.com", false },
    { "a digit that base 32 lacks", "www.y4ldn2ombxq8.com", false },
    { "a hyphen", "www.y4ldn-ombxq7.com", false },
    { "a sub-domain", "www.y4ldn.mbxq7.com", false },
    { "another ending", "www.y4ldn2ombxq7.org", false },
    { "no beginning", "y4ldn2ombxq7abcd.com", false },
    { "next to nothing", "www.com", false },
    { "nothing", "", false },
};

static void
test_name(void **state)
{
    const struct name_case *c = *state;

    assert_int_equal(tor_name_is_in_hello(c->host, strlen(c->host)), c->is_made_up);
}

int
main(void)
{
    return RUN_CASES(name_cases, test_name);
}

#include "classify/tor_name.h"

#include <string.h>

static const char beginning[] = "www.";

bool
tor_name_is_made_up(const char *name, size_t n, const char *ending, size_t least,
                    size_t most)
{
    const size_t around = sizeof beginning - 1 + strlen(ending);

    if (n < around + least || n > around + most ||
        memcmp(name, beginning, sizeof beginning - 1) != 0 ||
        memcmp(name + n - strlen(ending), ending, strlen(ending)) != 0) {
        return false;
    }
    for (size_t i = sizeof beginning - 1; i < n - strlen(ending); i++) {
        if ((name[i] < 'a' || name[i] > 'z') && (name[i] < '2' || name[i] > '7')) {
            return false;
        }
    }
    return true;
}

bool
tor_name_is_in_hello(const char *name, size_t n)
{
    return tor_name_is_made_up(name, n, ".com", 4, 25);
}

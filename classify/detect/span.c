#include "classify/detect/span.h"

#include <stddef.h>
#include <stdio.h>

const char *
span_format(uint64_t span_ns, char text[static DURATION_TEXT_SIZE])
{
    static const struct {
        uint64_t unit_ns, from_ns;
        const char *name;
    } units[] = {
        { 3600 * NS_PER_SECOND, 10 * 3600 * NS_PER_SECOND, "h" },
        { 60 * NS_PER_SECOND, 10 * 60 * NS_PER_SECOND, "min" },
        { NS_PER_SECOND, 2 * NS_PER_SECOND, "s" },
        { NS_PER_SECOND / 1000, 0, "ms" },
    };
    size_t i = 0;
    uint64_t n;

    while (span_ns < units[i].from_ns) {
        i++;
    }
    n = (span_ns + units[i].unit_ns / 2) / units[i].unit_ns;
    if (n > 100) {
        n = (n + 5) / 10 * 10;
    }
    (void) snprintf(text, DURATION_TEXT_SIZE, "%llu%s", (unsigned long long) n,
                    units[i].name);
    return text;
}

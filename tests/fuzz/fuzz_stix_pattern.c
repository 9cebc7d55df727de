/* Any text as the pattern of a STIX indicator. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "classify/list/stix_pattern.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1); /* Of its size, so that reading behind it is seen. */
    struct stix_pattern pattern = { .at = text };

    if (text == NULL) {
        abort();
    }
    memcpy(text, data, size);
    text[size] = '\0';
    while (stix_pattern_next(&pattern) == STIX_COMPARISON) {
        if (memchr(pattern.path, '\0', sizeof pattern.path) == NULL ||
            memchr(pattern.value, '\0', sizeof pattern.value) == NULL ||
            pattern.at > text + strlen(text)) {
            abort();
        }
    }
    free(text);
    return 0;
}

#include "base/idn.h"

#include <stdint.h>
#include <string.h>

#include <idn2.h>

bool
idn_to_ascii(const char *name, char ascii[static IDN_NAME_MAX + 1])
{
    uint8_t *found = NULL;
    bool fits;

    if (idn2_lookup_u8((const uint8_t *) name, &found,
                       IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK) {
        return false;
    }
    fits = strlen((const char *) found) <= IDN_NAME_MAX;
    if (fits) {
        memcpy(ascii, found, strlen((const char *) found) + 1);
    }
    idn2_free(found);
    return fits;
}

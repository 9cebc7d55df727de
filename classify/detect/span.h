#ifndef CLASSIFY_DETECT_SPAN_H
#define CLASSIFY_DETECT_SPAN_H

#include <stdint.h>

#include "base/timestamp.h"

/* Writes how long something took, for people: two or three digits are enough ("280s",
 * "14min").  Returns 'text'. */
const char *span_format(uint64_t span_ns, char text[static DURATION_TEXT_SIZE]);

#endif

#ifndef CLASSIFY_DETECT_OUTSIDE_H
#define CLASSIFY_DETECT_OUTSIDE_H

#include <stdbool.h>

#include "classify/flow.h"

/* Whether an end of a flow is somebody else's: no asset, and an address of one host that
 * is not local to a network (RFC 1918, RFC 3927, RFC 6598, RFC 4193, RFC 4291). */
bool is_outside(const struct flow_end *end);

#endif

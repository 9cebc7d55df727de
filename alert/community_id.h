#ifndef ALERT_COMMUNITY_ID_H
#define ALERT_COMMUNITY_ID_H

#include <stdint.h>

#include "alert/alert.h"
#include "classify/flow.h"

/* Writes the Community ID v1 of a flow (github.com/corelight/community-id-spec): the same
 * text for both directions, which other monitors compute too. */
void community_id(const struct flow *flow, uint16_t seed,
                  char text[static COMMUNITY_ID_SIZE]);

#endif

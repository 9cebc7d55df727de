#ifndef CLASSIFY_RECOGNISE_PCCC_H
#define CLASSIFY_RECOGNISE_PCCC_H

#include <stddef.h>
#include <stdint.h>

#include "classify/recognise/finding.h"

/* Inside this folder: commands to older controllers of Allen-Bradley inside CIP ("DF1
 * Protocol and Command Set", 1770-6.5.16).  Finds the one that the data of a CIP request of
 * number 'service' carries, 'n' bytes. */
void pccc_find_command(struct findings *findings, unsigned service, const uint8_t *data,
                       size_t n);

#endif

#ifndef CLASSIFY_RECOGNISE_REPERTOIRE_H
#define CLASSIFY_RECOGNISE_REPERTOIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "classify/service.h"

/* Whether a service is told by what is said over a transport (IANA protocol number),
 * whatever the port. */
bool repertoire_tells(enum service service, uint8_t protocol);

/* Whether its messages are read: for commands, names, fingerprints or credentials. */
bool repertoire_reads(enum service service);

#endif

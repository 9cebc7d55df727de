#ifndef GEO_SPECIAL_H
#define GEO_SPECIAL_H

#include <stdbool.h>

#include "base/ip.h"

/* True for addresses that are in no one place, whatever a database says: private, shared,
 * loopback, link-local, documentation, benchmarking, multicast and reserved ones (the IANA
 * IPv4 and IPv6 Special-Purpose Address Registries, RFC 6890, entries that are not globally
 * reachable; and multicast). */
bool ip_is_special(struct ip_address address);

#endif

#ifndef CLASSIFY_SERVICE_H
#define CLASSIFY_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

/* The protocols that the sensor knows by name: one table gives the enum, the names that
 * rules use, the registered ports and a title.  Ports are from the IANA "Service Name and
 * Transport Protocol Port Number Registry" unless the table in service.c says otherwise.
 *
 * The rows are in service_table.h. */
enum service {
    SERVICE_NONE,
#define X(name, text, title) SERVICE_##name,
#include "classify/service_table.h"
#undef X
    N_SERVICES
};

const char *service_name(enum service service); /* "iec104"; "" for SERVICE_NONE. */
const char *service_title(enum service service);
bool service_parse(const char *name, enum service *ret);
const char *const *service_names(void); /* Ending with NULL. */

/* The service registered for a port of a transport (IANA protocol number), or SERVICE_NONE.
 */
enum service service_by_port(uint8_t protocol, uint16_t port);

/* Whether a flow that speaks 'service' may be of the service that is meant by 'declared':
 * they are the same, or one carries the other (FHIR and HTTP), or it is TLS or DTLS, which
 * may carry any. */
bool service_may_be(enum service service, enum service declared);

/* The same for what a port stands for; services may share one (S7comm, MMS), and of a port
 * that stands for none all may be. */
bool service_may_have_port_of(enum service service, enum service by_port);

struct service_set {
    uint64_t words[N_SERVICES / 64 + 1];
};

static inline void
service_set_add(struct service_set *set, enum service service)
{
    set->words[service / 64] |= UINT64_C(1) << service % 64;
}

static inline bool
service_set_has(const struct service_set *set, enum service service)
{
    return (set->words[service / 64] >> service % 64 & 1) != 0;
}

#endif

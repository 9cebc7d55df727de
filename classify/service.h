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

/* Whether a flow that speaks 'service' may well be that which 'by_port' names: they are the
 * same, or one carries the other (dicom-tls, WinRM over HTTP), or no service has the port.
 */
bool service_may_carry(enum service service, enum service by_port);

#endif

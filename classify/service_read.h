#ifndef CLASSIFY_SERVICE_READ_H
#define CLASSIFY_SERVICE_READ_H

#include <stdbool.h>

#include "base/config.h"
#include "classify/service.h"

/* Reads [ "dicom", "hl7" ] into '*ret'; each name that no service has is an error.  Returns
 * false, and leaves '*ret' as it was, if the node is no list. */
bool service_set_read(const struct config_node *list, struct problem_list *problems,
                      struct service_set *ret);

#endif

#include "classify/service_read.h"

bool
service_set_read(const struct config_node *list, struct problem_list *problems,
                 struct service_set *ret)
{
    if (!config_node_is_list(list)) {
        config_error(list, problems,
                     "'%s' is not a list of services; expected [ \"...\", ... ]",
                     config_node_name(list));
        return false;
    }
    *ret = (struct service_set){ { 0 } };
    for (size_t i = 0; i < config_n(list); i++) {
        const struct config_node *node = config_at(list, i);
        enum service service;
        const char *text;

        if (!config_text(node, problems, &text)) {
            continue;
        }
        if (service_parse(text, &service)) {
            service_set_add(ret, service);
        } else {
            const char *nearest = config_nearest(text, service_names());

            config_error(node, problems, "unknown service \"%.40s\"; %s%s%s", text,
                         nearest != NULL ? "did you mean \"" : "expected a name that ",
                         nearest != NULL ? nearest : "\"sectorwatch protocols\" lists",
                         nearest != NULL ? "\"?" : "");
        }
    }
    return true;
}

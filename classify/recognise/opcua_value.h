#ifndef CLASSIFY_RECOGNISE_OPCUA_VALUE_H
#define CLASSIFY_RECOGNISE_OPCUA_VALUE_H

#include "base/reader.h"
#include "classify/observation.h"

/* Inside this folder: values in the binary encoding of OPC UA (OPC 10000-6, 5.2.2), taken
 * from a reader, which fails where no value is. */

/* Text or octets behind their length; 'bytes' is NULL of a null string, whose length is -1
 * (5.2.2.4, 5.2.2.7). */
struct opcua_string {
    const uint8_t *bytes;
    size_t n;
};

struct opcua_string opcua_take_string(struct reader *r);

/* The identifier of a node (5.2.2.9): a number, or text, a GUID or octets. */
struct opcua_node {
    unsigned namespace;
    uint32_t number;          /* If 'kind' is 'i'. */
    struct opcua_string text; /* Else. */
    char kind; /* 'i', 's', 'g' or 'b', as its text form has it (5.3.1.10). */
};

struct opcua_node opcua_take_node(struct reader *r);

/* Whether it is that number of the namespace of OPC UA itself. */
bool opcua_is_node(const struct opcua_node *node, uint32_t number);

/* Passes over a structure that says its own type and length (5.2.2.15). Returns its type;
 * '*ret_body' is a reader of what it holds. */
struct opcua_node opcua_take_extension(struct reader *r, struct reader *ret_body);

/* Adds a node to what is said of an observation, behind 'what': "node ns=2;s=Valve". */
void opcua_find_node(struct observation *observation, const char *what,
                     const struct opcua_node *node);

#endif

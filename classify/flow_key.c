#include "classify/flow_key.h"

#include <stddef.h>

#include "classify/icmp_pair.h"

/* The decoder gives type and code as ports.  Of a type that is answered, the code gives
 * way to the type of the other direction, so that both have one key. */
void
flow_key_set_icmp(struct flow_key *key)
{
    const struct icmp_pair *pair = icmp_pair_find(key->protocol, key->source_port);

    key->is_one_way = pair == NULL;
    if (pair != NULL) {
        key->is_reply = key->source_port == pair->reply;
        key->destination_port = key->is_reply ? pair->request : pair->reply;
    }
}

#include "classify/recognise/repertoire.h"

#include "classify/recognise/recognisers.h"

bool
repertoire_tells(enum service service, uint8_t protocol)
{
    for (unsigned i = 0; i < N_RECOGNISERS; i++) {
        if (recognisers[i]->service == service &&
            (protocol == IP_PROTOCOL_TCP ? recognisers[i]->on_tcp
                                         : recognisers[i]->on_udp)) {
            return true;
        }
    }
    return false;
}

bool
repertoire_reads(enum service service)
{
    for (unsigned i = 0; i < N_RECOGNISERS; i++) {
        if (recognisers[i]->service == service &&
            (recognisers[i]->read != NULL || recognisers[i]->gather != NULL)) {
            return true;
        }
    }
    return false;
}

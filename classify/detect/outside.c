#include "classify/detect/outside.h"

static bool is_local_v4(uint32_t address);

bool
is_outside(const struct flow_end *end)
{
    const struct ip_address address = end->address;

    if (end->range != 0 || ip_is_to_many(address)) {
        return false;
    }
    if (ip_is_v4(address)) {
        return !is_local_v4(ip_v4(address));
    }
    return address.high >> 57 != 0xfc >> 1 && address.high >> 54 != 0xfe80 >> 6 &&
           address.high != 0;
}

static bool
is_local_v4(uint32_t address)
{
    return address >> 24 == 10 || address >> 20 == 0xac1 || address >> 16 == 0xc0a8 ||
           address >> 16 == 0xa9fe || address >> 22 == 0x6440 >> 6 ||
           address >> 24 == 127 || address >> 24 == 0;
}

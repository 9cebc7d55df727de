#ifndef CLASSIFY_RECOGNISE_MAVLINK_MESSAGES_H
#define CLASSIFY_RECOGNISE_MAVLINK_MESSAGES_H

#include <stdint.h>

/* Inside this folder: the messages of MAVLink's sets common and ardupilotmega
 * (mavlink.io/en/messages).  Their checksum goes on over a byte, CRC_EXTRA, which is made
 * from the names and types of the fields, so that both ends mean the same message. */
struct mavlink_message {
    uint16_t id;
    uint8_t crc_extra;
    uint8_t size; /* Of the payload, without the extensions of version 2. */
};

/* Returns NULL if there is no such message. */
const struct mavlink_message *mavlink_message(uint32_t id);

#endif

#ifndef CLASSIFY_RECOGNISE_ISO8583_FIELDS_H
#define CLASSIFY_RECOGNISE_ISO8583_FIELDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Inside this folder: whether bytes are a message of ISO 8583:1987 or 1993: an indicator of
 * its type, a bit map of the fields that are there, or two, and these fields, which end
 * where the bytes end. Numbers are digits, or packed two a byte. */
bool iso8583_is_message(const uint8_t *bytes, size_t n, bool is_packed);

#endif

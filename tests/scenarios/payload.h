#ifndef TESTS_SCENARIOS_PAYLOAD_H
#define TESTS_SCENARIOS_PAYLOAD_H

#include <stdbool.h>

#include "scenarios/buffer.h"
#include "scenarios/parser.h"

/* What is said: bytes put together from the items of a script.
 *
 *     "text"  hex "68 04 07 00"  1200 (so many bytes of filler)  zero 8 (bytes)
 *     u8 N  u16 N  u24 N  u32 N                 a number, big-endian
 *     size8 { ... }  size16  size24  size32     the length of the items in braces, and they
 *     labels "www.example.org"                  a name as DNS writes it (RFC 1035 3.1)
 *     address 192.0.2.1, or a host's name       4 or 16 bytes
 *     NAME ARGUMENT...                          a "message" of the script */

/* Reads one item into 'out'. */
bool payload_item(struct parser *p, struct buffer *out);

/* Reads items up to the brace that closes them, and passes it. */
bool payload_block(struct parser *p, struct buffer *out);

#endif

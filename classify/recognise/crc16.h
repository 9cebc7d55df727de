#ifndef CLASSIFY_RECOGNISE_CRC16_H
#define CLASSIFY_RECOGNISE_CRC16_H

#include <stddef.h>
#include <stdint.h>

/* Inside this folder: checksums with the polynomial x^16 + x^12 + x^5 + 1 (ITU-T V.41).
 * Both go on from 'crc', which begins as CRC16_START. */
enum { CRC16_START = 0xffff };

/* Highest bit first, as CCSDS frames have it (CCSDS 232.0-B-4, 4.1.4.2). */
uint16_t crc16_high_first(uint16_t crc, const uint8_t *bytes, size_t n);

/* Lowest bit first and not inverted at the end, as MAVLink has it ("CRC-16/MCRF4XX"). */
uint16_t crc16_low_first(uint16_t crc, const uint8_t *bytes, size_t n);

#endif

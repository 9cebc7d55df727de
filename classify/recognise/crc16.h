#ifndef CLASSIFY_RECOGNISE_CRC16_H
#define CLASSIFY_RECOGNISE_CRC16_H

#include <stddef.h>
#include <stdint.h>

/* Inside this folder: checksums of 16 bits.
 *
 * The first two have the polynomial x^16 + x^12 + x^5 + 1 (ITU-T V.41) and go on from
 * 'crc', which begins as CRC16_START. */
enum { CRC16_START = 0xffff };

/* Highest bit first, as CCSDS frames have it (CCSDS 232.0-B-4, 4.1.4.2). */
uint16_t crc16_high_first(uint16_t crc, const uint8_t *bytes, size_t n);

/* Lowest bit first and not inverted at the end, as MAVLink has it ("CRC-16/MCRF4XX"). */
uint16_t crc16_low_first(uint16_t crc, const uint8_t *bytes, size_t n);

/* That of DNP3 (IEEE 1815-2012, 9.2.3): x^16 + x^13 + x^12 + x^11 + x^10 + x^8 + x^6 + x^5
 * + x^2 + 1, lowest bit first, from 0, inverted at the end. */
uint16_t crc16_dnp(const uint8_t *bytes, size_t n);

#endif

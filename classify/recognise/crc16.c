#include "classify/recognise/crc16.h"

/* What four bits, shifted out, do to the rest. */
static const uint16_t high_first[16] = {
    0x0000, 0x1021, 0x2042, 0x3063, 0x4084, 0x50a5, 0x60c6, 0x70e7,
    0x8108, 0x9129, 0xa14a, 0xb16b, 0xc18c, 0xd1ad, 0xe1ce, 0xf1ef,
};
static const uint16_t low_first[16] = {
    0x0000, 0x1081, 0x2102, 0x3183, 0x4204, 0x5285, 0x6306, 0x7387,
    0x8408, 0x9489, 0xa50a, 0xb58b, 0xc60c, 0xd68d, 0xe70e, 0xf78f,
};
static const uint16_t dnp[16] = {
    0x0000, 0xb26b, 0x29af, 0x9bc4, 0x535e, 0xe135, 0x7af1, 0xc89a,
    0xa6bc, 0x14d7, 0x8f13, 0x3d78, 0xf5e2, 0x4789, 0xdc4d, 0x6e26,
};

static uint16_t nibbles_low_first(const uint16_t table[static 16], uint16_t crc,
                                  const uint8_t *bytes, size_t n);

uint16_t
crc16_high_first(uint16_t crc, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        crc = (uint16_t) (crc << 4 ^ high_first[crc >> 12 ^ bytes[i] >> 4]);
        crc = (uint16_t) (crc << 4 ^ high_first[crc >> 12 ^ (bytes[i] & 15)]);
    }
    return crc;
}

uint16_t
crc16_low_first(uint16_t crc, const uint8_t *bytes, size_t n)
{
    return nibbles_low_first(low_first, crc, bytes, n);
}

uint16_t
crc16_dnp(const uint8_t *bytes, size_t n)
{
    return (uint16_t) ~nibbles_low_first(dnp, 0, bytes, n);
}

static uint16_t
nibbles_low_first(const uint16_t table[static 16], uint16_t crc, const uint8_t *bytes,
                  size_t n)
{
    for (size_t i = 0; i < n; i++) {
        crc = (uint16_t) (crc >> 4 ^ table[(crc ^ bytes[i]) & 15]);
        crc = (uint16_t) (crc >> 4 ^ table[(crc ^ bytes[i] >> 4) & 15]);
    }
    return crc;
}

#include "classify/recognise/cip_path.h"

#include <stdio.h>
#include <string.h>

#include "classify/recognise/finding.h"
#include "classify/recognise/octets.h"

/* A path is a row of segments, each of whole words (C-1.4); the upper three bits of its
 * first byte say what it is. */
enum {
    SEGMENT = 0xe0,
    PORT = 0x00,
    PORT_HAS_SIZE = 0x10,
    PORT_NUMBER = 0x0f,
    PORT_EXTENDED = 15, /* The number follows, in 16 bits. */
    LOGICAL = 0x20,
    LOGICAL_TYPE = 0x1c,
    LOGICAL_CLASS = 0x00,
    LOGICAL_INSTANCE = 0x04,
    LOGICAL_MEMBER = 0x08,
    LOGICAL_ATTRIBUTE = 0x10,
    LOGICAL_SPECIAL = 0x14,
    KEY_SIZE = 9, /* Of the electronic key, format 4, with its format. */
    LOGICAL_FORMAT = 0x03,
    NETWORK = 0x40,
    NETWORK_HAS_SIZE = 0x10,
    SYMBOLIC = 0x60,
    SYMBOLIC_SIZE = 0x1f,
    DATA = 0x80,
    DATA_ANSI_SYMBOL = 0x91,
};

static bool read_segment(struct reader *r, struct cip_path *path);
static bool pass_port(struct reader *r, uint8_t first);
static bool read_logical(struct reader *r, uint8_t first, struct cip_path *path);
static void add_symbol(struct cip_path *path, const uint8_t *name, size_t n);
static const char *class_name(int64_t object_class);

bool
cip_path_read(struct reader r, struct cip_path *ret)
{
    *ret = (struct cip_path){ .object_class = -1, .instance = -1, .attribute = -1 };
    while (r.left > 0) {
        if (!read_segment(&r, ret)) {
            return false;
        }
    }
    return true;
}

void
cip_path_find(struct observation *observation, const struct cip_path *path)
{
    char instance[32] = "", attribute[32] = "";
    const char *name = class_name(path->object_class);

    if (path->symbol[0] != '\0') {
        find_detail(observation, "tag %s", path->symbol);
        return;
    }
    if (path->instance >= 0) {
        (void) snprintf(instance, sizeof instance, " instance %u",
                        (unsigned) path->instance);
    }
    if (path->attribute >= 0) {
        (void) snprintf(attribute, sizeof attribute, " attribute %u",
                        (unsigned) path->attribute);
    }
    if (path->object_class < 0) {
        return;
    }
    if (name == NULL) {
        find_detail(observation, "class %u%s%s", (unsigned) path->object_class, instance,
                    attribute);
    } else {
        find_detail(observation, "%s (%u)%s%s", name, (unsigned) path->object_class,
                    instance, attribute);
    }
}

static bool
read_segment(struct reader *r, struct cip_path *path)
{
    const uint8_t first = reader_u8(r);
    const uint8_t *name;
    size_t size;

    switch (first & SEGMENT) {
    case PORT:
        return pass_port(r, first);
    case LOGICAL:
        return read_logical(r, first, path);
    case NETWORK:
        size = reader_u8(r);
        return reader_take(r, (first & NETWORK_HAS_SIZE) != 0 ? 2 * size : 0) != NULL;
    case SYMBOLIC:
        size = first & SYMBOLIC_SIZE;
        name = reader_take(r, size);
        if (size == 0 || name == NULL) { /* Of wide characters. */
            return false;
        }
        add_symbol(path, name, size);
        (void) reader_take(r, (size + 1) % 2);
        return !r->failed;
    case DATA:
        size = reader_u8(r);
        if (first != DATA_ANSI_SYMBOL) {
            return reader_take(r, 2 * size) != NULL;
        }
        name = reader_take(r, size);
        if (name == NULL) {
            return false;
        }
        add_symbol(path, name, size);
        (void) reader_take(r, size % 2);
        return !r->failed;
    default:
        return false;
    }
}

static bool
pass_port(struct reader *r, uint8_t first)
{
    const size_t address_size = (first & PORT_HAS_SIZE) != 0 ? reader_u8(r) : 1;
    size_t size = 1 + ((first & PORT_HAS_SIZE) != 0);

    if ((first & PORT_NUMBER) == PORT_EXTENDED) {
        (void) reader_le16(r);
        size += 2;
    }
    size += address_size;
    return reader_take(r, address_size + size % 2) != NULL;
}

static bool
read_logical(struct reader *r, uint8_t first, struct cip_path *path)
{
    uint32_t number;
    char member[16];

    if ((first & LOGICAL_TYPE) == LOGICAL_SPECIAL) {
        return reader_take(r, KEY_SIZE) != NULL;
    }
    switch (first & LOGICAL_FORMAT) {
    case 0:
        number = reader_u8(r);
        break;
    case 1:
        (void) reader_u8(r);
        number = reader_le16(r);
        break;
    case 2:
        (void) reader_u8(r);
        number = reader_le32(r);
        break;
    default:
        return false;
    }
    switch (first & LOGICAL_TYPE) {
    case LOGICAL_CLASS:
        path->object_class = number;
        break;
    case LOGICAL_INSTANCE:
        path->instance = number;
        break;
    case LOGICAL_ATTRIBUTE:
        path->attribute = number;
        break;
    case LOGICAL_MEMBER:
        if (path->symbol[0] != '\0') {
            (void) snprintf(member, sizeof member, "[%u]", number);
            strncat(path->symbol, member, sizeof path->symbol - 1 - strlen(path->symbol));
        }
        break;
    default: /* Connection points and services. */
        break;
    }
    return !r->failed;
}

/* One that is not printable is no name, and what is too long is cut. */
static void
add_symbol(struct cip_path *path, const uint8_t *name, size_t n)
{
    size_t at = strlen(path->symbol);
    const size_t room = sizeof path->symbol - 1 - at;

    if (!octets_are_printable(name, n) || room < 2) {
        return;
    }
    if (at > 0) {
        path->symbol[at++] = '.';
    }
    n = n < room - 1 ? n : room - 1;
    memcpy(path->symbol + at, name, n);
    path->symbol[at + n] = '\0';
}

/* Classes of volume 1, table 5-1.1, and those of Logix controllers that are documented. */
static const char *
class_name(int64_t object_class)
{
    static const char *const names[] = {
        [0x01] = "Identity",
        [0x02] = "Message Router",
        [0x03] = "DeviceNet",
        [0x04] = "Assembly",
        [0x05] = "Connection",
        [0x06] = "Connection Manager",
        [0x07] = "Register",
        [0x08] = "Discrete Input Point",
        [0x09] = "Discrete Output Point",
        [0x0a] = "Analog Input Point",
        [0x0b] = "Analog Output Point",
        [0x0f] = "Parameter",
        [0x10] = "Parameter Group",
        [0x12] = "Group",
        [0x25] = "Position Controller",
        [0x28] = "Motor Data",
        [0x29] = "Control Supervisor",
        [0x2a] = "AC/DC Drive",
        [0x2c] = "Overload",
        [0x2d] = "Softstart",
        [0x37] = "File",
        [0x39] = "Safety Supervisor",
        [0x3a] = "Safety Validator",
        [0x41] = "Event Log",
        [0x42] = "Motion Device Axis",
        [0x43] = "Time Sync",
        [0x44] = "Modbus",
        [0x46] = "Modbus Serial Link",
        [0x47] = "Device Level Ring",
        [0x48] = "QoS",
        [0x4e] = "Base Energy",
        [0x4f] = "Electrical Energy",
        [0x53] = "Power Management",
        [0x5d] = "CIP Security",
        [0x5e] = "EtherNet/IP Security",
        [0x5f] = "Certificate Management",
        [0x67] = "PCCC",
        [0x6b] = "Symbol",
        [0x6c] = "Template",
        [0x8b] = "Wall Clock Time",
        [0xf0] = "ControlNet",
        [0xf4] = "Port",
        [0xf5] = "TCP/IP Interface",
        [0xf6] = "Ethernet Link",
    };

    return object_class >= 0 && (size_t) object_class < sizeof names / sizeof names[0]
               ? names[object_class]
               : NULL;
}

#include "classify/recognise/iso8583_fields.h"

#include "base/reader.h"

enum { N_FIELDS = 128, TYPE_DIGITS = 4, MAP_SIZE = 8, MAP_DIGITS = 16 };

/* How a field is written: so many digits, characters or bytes, or a length of so many
 * digits and as many of them. */
enum form { DIGITS = 1, TEXT, BINARY, SIGNED, LONG_DIGITS, LONG_TEXT };

struct field {
    uint8_t form;
    uint8_t size; /* Or how many digits of length. */
};

/* ISO 8583:1987, section 4. */
static const struct field fields_1987[N_FIELDS + 1] = {
    [2] = { LONG_DIGITS, 2 },  [3] = { DIGITS, 6 },        [4] = { DIGITS, 12 },
    [5] = { DIGITS, 12 },      [6] = { DIGITS, 12 },       [7] = { DIGITS, 10 },
    [8] = { DIGITS, 8 },       [9] = { DIGITS, 8 },        [10] = { DIGITS, 8 },
    [11] = { DIGITS, 6 },      [12] = { DIGITS, 6 },       [13] = { DIGITS, 4 },
    [14] = { DIGITS, 4 },      [15] = { DIGITS, 4 },       [16] = { DIGITS, 4 },
    [17] = { DIGITS, 4 },      [18] = { DIGITS, 4 },       [19] = { DIGITS, 3 },
    [20] = { DIGITS, 3 },      [21] = { DIGITS, 3 },       [22] = { DIGITS, 3 },
    [23] = { DIGITS, 3 },      [24] = { DIGITS, 3 },       [25] = { DIGITS, 2 },
    [26] = { DIGITS, 2 },      [27] = { DIGITS, 1 },       [28] = { SIGNED, 8 },
    [29] = { SIGNED, 8 },      [30] = { SIGNED, 8 },       [31] = { SIGNED, 8 },
    [32] = { LONG_DIGITS, 2 }, [33] = { LONG_DIGITS, 2 },  [34] = { LONG_TEXT, 2 },
    [35] = { LONG_DIGITS, 2 }, [36] = { LONG_DIGITS, 3 },  [37] = { TEXT, 12 },
    [38] = { TEXT, 6 },        [39] = { TEXT, 2 },         [40] = { TEXT, 3 },
    [41] = { TEXT, 8 },        [42] = { TEXT, 15 },        [43] = { TEXT, 40 },
    [44] = { LONG_TEXT, 2 },   [45] = { LONG_TEXT, 2 },    [46] = { LONG_TEXT, 3 },
    [47] = { LONG_TEXT, 3 },   [48] = { LONG_TEXT, 3 },    [49] = { TEXT, 3 },
    [50] = { TEXT, 3 },        [51] = { TEXT, 3 },         [52] = { BINARY, 8 },
    [53] = { DIGITS, 16 },     [54] = { LONG_TEXT, 3 },    [55] = { LONG_TEXT, 3 },
    [56] = { LONG_TEXT, 3 },   [57] = { LONG_TEXT, 3 },    [58] = { LONG_TEXT, 3 },
    [59] = { LONG_TEXT, 3 },   [60] = { LONG_TEXT, 3 },    [61] = { LONG_TEXT, 3 },
    [62] = { LONG_TEXT, 3 },   [63] = { LONG_TEXT, 3 },    [64] = { BINARY, 8 },
    [66] = { DIGITS, 1 },      [67] = { DIGITS, 2 },       [68] = { DIGITS, 3 },
    [69] = { DIGITS, 3 },      [70] = { DIGITS, 3 },       [71] = { DIGITS, 4 },
    [72] = { DIGITS, 4 },      [73] = { DIGITS, 6 },       [74] = { DIGITS, 10 },
    [75] = { DIGITS, 10 },     [76] = { DIGITS, 10 },      [77] = { DIGITS, 10 },
    [78] = { DIGITS, 10 },     [79] = { DIGITS, 10 },      [80] = { DIGITS, 10 },
    [81] = { DIGITS, 10 },     [82] = { DIGITS, 12 },      [83] = { DIGITS, 12 },
    [84] = { DIGITS, 12 },     [85] = { DIGITS, 12 },      [86] = { DIGITS, 16 },
    [87] = { DIGITS, 16 },     [88] = { DIGITS, 16 },      [89] = { DIGITS, 16 },
    [90] = { DIGITS, 42 },     [91] = { TEXT, 1 },         [92] = { TEXT, 2 },
    [93] = { TEXT, 5 },        [94] = { TEXT, 7 },         [95] = { TEXT, 42 },
    [96] = { BINARY, 8 },      [97] = { SIGNED, 16 },      [98] = { TEXT, 25 },
    [99] = { LONG_DIGITS, 2 }, [100] = { LONG_DIGITS, 2 }, [101] = { LONG_TEXT, 2 },
    [102] = { LONG_TEXT, 2 },  [103] = { LONG_TEXT, 2 },   [128] = { BINARY, 8 },
};
enum { PRIVATE_FIRST = 104, PRIVATE_LAST = 127 }; /* Each LONG_TEXT, 3. */

/* What ISO 8583:1993 writes otherwise, up to field 64. */
static const struct field fields_1993[] = {
    [12] = { DIGITS, 12 },   [15] = { DIGITS, 6 },  [22] = { TEXT, 12 },
    [25] = { DIGITS, 4 },    [26] = { DIGITS, 4 },  [28] = { DIGITS, 6 },
    [29] = { DIGITS, 3 },    [30] = { DIGITS, 24 }, [31] = { LONG_TEXT, 2 },
    [39] = { DIGITS, 3 },    [40] = { DIGITS, 3 },  [43] = { LONG_TEXT, 2 },
    [53] = { LONG_TEXT, 2 },
};

static bool read_map(struct reader *r, bool is_hex, uint8_t map[static MAP_SIZE]);
static struct field field_of(unsigned number, bool is_1993);
static bool pass_field(struct reader *r, struct field field, bool is_packed, bool is_hex);
static bool pass_digits(struct reader *r, size_t n, bool is_packed);
static bool pass_text(struct reader *r, size_t n);
static size_t read_length(struct reader *r, unsigned n_digits, bool is_packed);
static bool passes(struct reader r, bool is_1993, bool is_packed, bool is_hex);
static int hex_digit(uint8_t c);

bool
iso8583_is_message(const uint8_t *bytes, size_t n, bool is_packed)
{
    struct reader r = reader_init(bytes, n);
    const uint8_t *type = reader_take(&r, is_packed ? TYPE_DIGITS / 2 : TYPE_DIGITS);
    bool is_1993;

    if (type == NULL) {
        return false;
    }
    is_1993 = is_packed ? type[0] >> 4 == 1 : type[0] == '1';
    return passes(r, is_1993, is_packed, false) ||
           (!is_packed && passes(r, is_1993, is_packed, true));
}

static bool
passes(struct reader r, bool is_1993, bool is_packed, bool is_hex)
{
    uint8_t maps[2 * MAP_SIZE] = { 0 };
    unsigned n_fields = 0;

    if (!read_map(&r, is_hex, maps) ||
        ((maps[0] & 0x80) != 0 && !read_map(&r, is_hex, maps + MAP_SIZE))) {
        return false;
    }
    for (unsigned number = 2; number <= N_FIELDS; number++) {
        if ((maps[(number - 1) / 8] >> (7 - (number - 1) % 8) & 1) == 0) {
            continue;
        }
        if (!pass_field(&r, field_of(number, is_1993), is_packed, is_hex)) {
            return false;
        }
        n_fields++;
    }
    return n_fields > 0 && !r.failed && r.left == 0;
}

static bool
read_map(struct reader *r, bool is_hex, uint8_t map[static MAP_SIZE])
{
    const uint8_t *bytes = reader_take(r, is_hex ? MAP_DIGITS : MAP_SIZE);

    for (unsigned i = 0; bytes != NULL && i < MAP_SIZE; i++) {
        if (!is_hex) {
            map[i] = bytes[i];
            continue;
        }
        if (hex_digit(bytes[2 * i]) < 0 || hex_digit(bytes[2 * i + 1]) < 0) {
            return false;
        }
        map[i] = (uint8_t) (hex_digit(bytes[2 * i]) * 16 + hex_digit(bytes[2 * i + 1]));
    }
    return bytes != NULL;
}

static struct field
field_of(unsigned number, bool is_1993)
{
    if (is_1993 && number < sizeof fields_1993 / sizeof fields_1993[0] &&
        fields_1993[number].form != 0) {
        return fields_1993[number];
    }
    if (number >= PRIVATE_FIRST && number <= PRIVATE_LAST) {
        return (struct field){ LONG_TEXT, 3 };
    }
    return fields_1987[number];
}

static bool
pass_field(struct reader *r, struct field field, bool is_packed, bool is_hex)
{
    switch ((enum form) field.form) {
    case DIGITS:
        return pass_digits(r, field.size, is_packed);
    case TEXT:
        return pass_text(r, field.size);
    case BINARY:
        return reader_take(r, is_hex ? 2 * (size_t) field.size : field.size) != NULL;
    case SIGNED:
        return pass_text(r, 1) && pass_digits(r, field.size, is_packed);
    case LONG_DIGITS: {
        const size_t n = read_length(r, field.size, is_packed);

        return !r->failed && n > 0 && pass_digits(r, n, is_packed);
    }
    case LONG_TEXT: /* What is private may be binary. */
        return reader_take(r, read_length(r, field.size, is_packed)) != NULL;
    }
    return false;
}

/* Track data have other characters between digits: '=' or, packed, d. */
static bool
pass_digits(struct reader *r, size_t n, bool is_packed)
{
    const size_t size = is_packed ? (n + 1) / 2 : n;
    const uint8_t *bytes = reader_take(r, size);

    for (size_t i = 0; bytes != NULL && i < size; i++) {
        if (is_packed ? (bytes[i] >> 4 > 9 && bytes[i] >> 4 != 0xd) ||
                            ((bytes[i] & 15) > 9 && (bytes[i] & 15) != 0xd && i + 1 < size)
                      : (bytes[i] < '0' || bytes[i] > '9') && bytes[i] != '=' &&
                            bytes[i] != 'D') {
            return false;
        }
    }
    return bytes != NULL;
}

static bool
pass_text(struct reader *r, size_t n)
{
    const uint8_t *bytes = reader_take(r, n);

    for (size_t i = 0; bytes != NULL && i < n; i++) {
        if (bytes[i] < ' ' || bytes[i] > '~') {
            return false;
        }
    }
    return bytes != NULL;
}

static size_t
read_length(struct reader *r, unsigned n_digits, bool is_packed)
{
    size_t length = 0;

    for (unsigned i = 0; i < (is_packed ? (n_digits + 1) / 2 : n_digits); i++) {
        const uint8_t c = reader_u8(r);

        if (is_packed ? c >> 4 > 9 || (c & 15) > 9 : c < '0' || c > '9') {
            r->failed = true;
        }
        length = is_packed ? 100 * length + (size_t) (c >> 4) * 10 + (c & 15)
                           : 10 * length + (size_t) (c - '0');
    }
    return length;
}

static int
hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'A' && c <= 'F') {
        return c - 'A' + 10;
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

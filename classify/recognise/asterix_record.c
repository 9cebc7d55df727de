#include "classify/recognise/asterix_record.h"

#include <stddef.h>

/* Profiles, by the number of the item in the field specification, from 1 on:
 *
 *     3       so many bytes
 *     +, +3   so many bytes (1), as long as the last bit of the last one is set
 *     x21     two bytes, then one, in the same way
 *     *8      a number, and so many times 8 bytes
 *     L       a length, which counts itself
 *     (2 3)   bits that say which of the items in brackets follow
 *     -       nothing: it is not used
 */
enum { N_VARIANTS = 2, SPECIFICATION_MAX = 8, MORE = 1 };

static const struct profile {
    uint8_t category;
    const char *items[N_VARIANTS];
} profiles[] = {
    { 1,
      { "2 + 4 2 2 + 2 2 1 1 2 4 2 + 1 - - - - L L",
        "2 + 2 4 4 4 2 2 2 + 1 1 + + 2 2 4 2 + L L 1" } },
    { 2, { "2 1 1 3 2 + + *2 8 2 + - L L", NULL } },
    { 10, { "2 1 + 3 8 4 4 4 4 2 + 2 3 7 *8 1 2 2 + 1 1 4 *2 1 2 - L L", NULL } },
    { 19, { "2 1 3 1 1 *2 + 8 2 1 - - L L", NULL } },
    { 20, { "2 + 3 8 6 2 + 2 4 2 4 3 7 2 2 2 1 1 (6 6 2) *1 *8 2 7 + 1 2 L L", NULL } },
    { 21,
      { "2 + 2 1 3 6 8 3 2 2 3 3 4 3 4 2 + 1 2 2 2 2 1 2 2 4 2 3 6 1 (2 2 2 1) 2 2 (+ *15) "
        "1 1 + 1 *8 7 1 (1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1) - - - - - L L",
        NULL } },
    { 23, { "2 1 1 3 + x21 1 + *6 - - - L L", NULL } },
    { 34, { "2 1 3 1 2 (1 - - 1 1 2) (1 - - 1 1 1) *2 8 1 8 2 L L", NULL } },
    { 48,
      { "2 3 + 4 2 2 (1 1 1 1 1 1 1) 3 6 *8 2 4 4 + 4 + 2 4 2 (2 *6) 2 7 1 2 1 2 L L",
        NULL } },
    { 62,
      { "2 - 1 3 8 6 4 2 2 7 "
        "(3 6 2 2 2 2 2 + *15 2 2 7 2 2 2 2 2 2 1 8 1 6 2 1 *8 2 2 2) 2 + "
        "(1 1 1 1 2 1 1 1 1 1) 1 "
        "(1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1) 2 2 2 2 "
        "(2 7 4 1 4 1 4 4 3 2 2 *4 6 1 7 7 2 7) + 1 (1 4 6 2 2 1 1) 2 +3 "
        "(4 2 4 1 1 2 2 1) (2 4 2 2 2 1) - - - - - L L",
        NULL } },
    { 63, { "2 1 3 2 + 2 4 4 4 4 2 - L L", NULL } },
    { 65, { "2 1 1 3 1 1 1 - - - - - L L", NULL } },
    { 240, { "2 1 4 *1 12 12 2 5 *4 *64 *256 3 L L", NULL } },
    { 247, { "2 1 3 *3 - L L", NULL } },
};

static const char *profile_of(unsigned category, unsigned variant);
static bool pass_items(struct reader *r, const char *items);
static bool pass_item(struct reader *r, const char *item);
static void pass_extents(struct reader *r, size_t first, size_t more);
static const char *next_item(const char *item);
static size_t number_of(const char *text);

bool
asterix_is_known(unsigned category)
{
    return profile_of(category, 0) != NULL;
}

bool
asterix_pass_record(struct reader *r, unsigned category, unsigned variant)
{
    const char *items = profile_of(category, variant);

    return items != NULL && pass_items(r, items);
}

static const char *
profile_of(unsigned category, unsigned variant)
{
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        if (profiles[i].category == category) {
            return profiles[i].items[variant];
        }
    }
    return NULL;
}

/* Bits that say which items follow, seven a byte, and these. */
static bool
pass_items(struct reader *r, const char *items)
{
    const uint8_t *specification = r->at;
    size_t size = 0;

    do {
        size++;
    } while ((reader_u8(r) & MORE) != 0 && size <= SPECIFICATION_MAX);
    if (r->failed || size > SPECIFICATION_MAX) {
        return false;
    }
    for (size_t i = 0; i < 7 * size; i++) {
        if ((specification[i / 7] >> (7 - i % 7) & 1) != 0 &&
            (*items == '\0' || *items == ')' || !pass_item(r, items))) {
            return false;
        }
        if (*items != '\0' && *items != ')') {
            items = next_item(items);
        }
    }
    return true;
}

static bool
pass_item(struct reader *r, const char *item)
{
    switch (*item) {
    case '-':
        return false;
    case '(':
        return pass_items(r, item + 1);
    case '+':
        pass_extents(r, number_of(item + 1), number_of(item + 1));
        break;
    case 'x':
        pass_extents(r, (size_t) (item[1] - '0'), (size_t) (item[2] - '0'));
        break;
    case '*':
        (void) reader_take(r, reader_u8(r) * number_of(item + 1));
        break;
    case 'L': {
        const uint8_t size = reader_u8(r);

        return size > 0 && reader_take(r, (size_t) size - 1) != NULL;
    }
    default:
        (void) reader_take(r, number_of(item));
        break;
    }
    return !r->failed;
}

static void
pass_extents(struct reader *r, size_t first, size_t more)
{
    const uint8_t *bytes = reader_take(r, first);

    while (bytes != NULL && (bytes[first - 1] & MORE) != 0) {
        first = more;
        bytes = reader_take(r, more);
    }
}

static const char *
next_item(const char *item)
{
    const char end = *item == '(' ? ')' : ' ';

    while (*item != '\0' && *item != end && (end == ')' || *item != ')')) {
        item++;
    }
    if (*item == ')' && end == ')') {
        item++;
    }
    return *item == ' ' ? item + 1 : item;
}

/* 1 if there is none. */
static size_t
number_of(const char *text)
{
    size_t number = 0;

    while (*text >= '0' && *text <= '9') {
        number = 10 * number + (size_t) (*text++ - '0');
    }
    return number == 0 ? 1 : number;
}

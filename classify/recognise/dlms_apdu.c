#include "classify/recognise/dlms_apdu.h"

#include "classify/recognise/ber.h"
#include "classify/recognise/octets.h"

enum {
    /* Association and release, request and response. */
    AARQ = 0x60,
    AARE = 0x61,
    RLRQ = 0x62,
    RLRE = 0x63,

    /* Elements of an association (9.5, from ISO/IEC 8650-1). */
    CONTEXT_NAME = BER_CONTEXT + 1,
    MECHANISM_NAME = BER_CONTEXT_PRIMITIVE + 11,
    AUTHENTICATION_VALUE = BER_CONTEXT + 12,

    CHOICE_AT = 1,
    BODY_AT = 3, /* After the tag, the choice, the invocation and its priority. */
    OBJECT_SIZE = 9,
    INDEX_AT = 8, /* In an object: class, name in six bytes, attribute or method. */
    DISCONNECT_CONTROL = 70, /* The class of the relay that cuts the supply off. */
    REMOTE_DISCONNECT = 1,
    REMOTE_RECONNECT = 2,
};

/* joint-iso-itu-t(2) country(16) country-name(756) identified-organization(5) DLMS-UA(8):
 * application-context(1), mechanism-name(2); what follows is its number. */
static const uint8_t cosem_context[] = { 0x60, 0x85, 0x74, 0x05, 0x08, 0x01 };
static const uint8_t low_level_security[] = { 0x60, 0x85, 0x74, 0x05, 0x08, 0x02, 0x01 };

/* What follows the tag. */
enum form {
    FORM_ANY,
    FORM_BER,      /* A length, which leads to the end. */
    FORM_CIPHERED, /* The same, before octets that nobody can read. */
    FORM_CHOICE,   /* A number from 1 to 'n_choices'. */
};

#define CHOICE(n) (1U << (n))

/* By their tags (9.5). */
/* clang-format off */
static const struct apdu {
    uint8_t tag;
    enum form form;
    uint8_t n_choices;
    uint8_t of_one, of_several; /* Choices that name an object, or a list of them. */
    enum command_class class;
    const char *name; /* Of a request. */
} apdus[] = {
#define ANY(tag_)      { .tag = (tag_) }
#define BER(tag_)      { .tag = (tag_), .form = FORM_BER }
#define CIPHERED(tag_) { .tag = (tag_), .form = FORM_CIPHERED }
#define CHOICES(tag_, n) { .tag = (tag_), .form = FORM_CHOICE, .n_choices = (n) }
#define REQUEST(tag_, form_, class_, name_) \
    { .tag = (tag_), .form = (form_), .class = (class_), .name = (name_) }
#define OBJECT_REQUEST(tag_, n, one, several, class_, name_) \
    { .tag = (tag_), .form = FORM_CHOICE, .n_choices = (n), .of_one = (one), \
      .of_several = (several), .class = (class_), .name = (name_) }
    BER(AARQ), BER(AARE), BER(RLRQ), BER(RLRE),

    /* By short names: read, write, their responses, reports. */
    REQUEST(5, FORM_ANY, COMMAND_READ, "read"),
    REQUEST(6, FORM_ANY, COMMAND_WRITE, "write"),
    REQUEST(22, FORM_ANY, COMMAND_WRITE, "unconfirmed-write"),
    ANY(12), ANY(13), ANY(24),

    /* By logical names. */
    OBJECT_REQUEST(192, 3, CHOICE(1), CHOICE(3), COMMAND_READ, "get"),
    OBJECT_REQUEST(193, 5, CHOICE(1) | CHOICE(2), CHOICE(4) | CHOICE(5), COMMAND_WRITE, "set"),
    OBJECT_REQUEST(195, 6, CHOICE(1) | CHOICE(4), CHOICE(3) | CHOICE(5), COMMAND_WRITE, "action"),
    CHOICES(196, 3), CHOICES(197, 5), CHOICES(199, 4), ANY(194),

    /* The same, ciphered with the global or the dedicated key. */
    REQUEST(200, FORM_CIPHERED, COMMAND_READ, "get"),
    REQUEST(201, FORM_CIPHERED, COMMAND_WRITE, "set"),
    REQUEST(203, FORM_CIPHERED, COMMAND_WRITE, "action"),
    REQUEST(208, FORM_CIPHERED, COMMAND_READ, "get"),
    REQUEST(209, FORM_CIPHERED, COMMAND_WRITE, "set"),
    REQUEST(211, FORM_CIPHERED, COMMAND_WRITE, "action"),
    CIPHERED(202), CIPHERED(204), CIPHERED(205), CIPHERED(207),
    CIPHERED(210), CIPHERED(212), CIPHERED(213), CIPHERED(215),

    /* Data that is pushed, exceptions, access, whatever is ciphered, signed or in blocks. */
    ANY(15), ANY(216), ANY(217), ANY(218), ANY(219), ANY(220), ANY(221), ANY(223), ANY(224),
#undef ANY
#undef BER
#undef CIPHERED
#undef CHOICES
#undef REQUEST
#undef OBJECT_REQUEST
};
/* clang-format on */

static const struct apdu *apdu_of(uint8_t tag);
static bool has_element(const uint8_t *apdu, size_t n, struct ber_element *ret);
static void find_object(const struct apdu *type, const uint8_t *object, unsigned n_objects,
                        struct findings *findings);
static void find_password(const uint8_t *apdu, size_t n, struct findings *findings);

bool
dlms_apdu_fits(const uint8_t *apdu, size_t n, size_t size)
{
    const struct apdu *type = apdu_of(apdu[0]);
    struct reader r = reader_init(apdu, n);
    struct ber_element element;
    enum ber_state state;

    if (type == NULL) {
        return false;
    }
    switch (type->form) {
    case FORM_BER:
    case FORM_CIPHERED:
        state = ber_next(&r, &element);
        return state == BER_MORE ||
               (state != BER_WRONG && element.head_size + element.size == size);
    case FORM_CHOICE:
        return size > CHOICE_AT && (n <= CHOICE_AT || (apdu[CHOICE_AT] > 0 &&
                                                       apdu[CHOICE_AT] <= type->n_choices));
    case FORM_ANY:
        break;
    }
    return true;
}

bool
dlms_apdu_is_association(const uint8_t *apdu, size_t n)
{
    struct ber_element association, element, name;

    if ((apdu[0] != AARQ && apdu[0] != AARE) || !has_element(apdu, n, &association)) {
        return false;
    }
    while (ber_next(&association.content, &element) == BER_WHOLE) {
        if (element.tag == CONTEXT_NAME) {
            return ber_expect(&element.content, BER_OBJECT_IDENTIFIER, &name) ==
                       BER_WHOLE &&
                   name.size == sizeof cosem_context + 1 &&
                   memcmp(name.content.at, cosem_context, sizeof cosem_context) == 0;
        }
    }
    return false;
}

void
dlms_apdu_find(const uint8_t *apdu, size_t n, struct findings *findings)
{
    const struct apdu *type = n == 0 ? NULL : apdu_of(apdu[0]);
    unsigned choice;

    if (type == NULL) {
        return;
    }
    if (type->tag == AARQ) {
        find_password(apdu, n, findings);
    }
    if (type->name == NULL) {
        return;
    }
    if (type->form != FORM_CHOICE) {
        struct observation *observation =
            find_command(findings, type->class, type->tag, type->name);

        if (type->form == FORM_CIPHERED) {
            find_detail(observation, "ciphered");
        }
        return;
    }
    choice = n <= CHOICE_AT ? 0 : CHOICE(apdu[CHOICE_AT] & 7);
    if ((choice & type->of_one) != 0 && n >= BODY_AT + OBJECT_SIZE) {
        find_object(type, apdu + BODY_AT, 1, findings);
    } else if ((choice & type->of_several) != 0 && n > BODY_AT + OBJECT_SIZE) {
        find_object(type, apdu + BODY_AT + 1, apdu[BODY_AT], findings);
    }
}

static const struct apdu *
apdu_of(uint8_t tag)
{
    for (size_t i = 0; i < sizeof apdus / sizeof apdus[0]; i++) {
        if (apdus[i].tag == tag) {
            return &apdus[i];
        }
    }
    return NULL;
}

/* Takes the element that an APDU is, of which the end may be missing. */
static bool
has_element(const uint8_t *apdu, size_t n, struct ber_element *ret)
{
    struct reader r = reader_init(apdu, n);
    const enum ber_state state = ber_next(&r, ret);

    return state == BER_WHOLE || state == BER_CUT;
}

/* An attribute or a method, by the class of its object and the object's name (OBIS,
 * IEC 62056-61). */
static void
find_object(const struct apdu *type, const uint8_t *object, unsigned n_objects,
            struct findings *findings)
{
    const unsigned class = octets_be16(object), index = object[INDEX_AT];
    const uint8_t *obis = object + 2;
    const bool is_method = strcmp(type->name, "action") == 0;
    const bool is_relay = is_method && class == DISCONNECT_CONTROL;
    struct observation *observation;

    if (is_relay && index == REMOTE_DISCONNECT) {
        observation = find_command(findings, COMMAND_STOP, type->tag, "remote-disconnect");
    } else if (is_relay && index == REMOTE_RECONNECT) {
        observation = find_command(findings, COMMAND_WRITE, type->tag, "remote-reconnect");
    } else {
        observation = find_command(findings, type->class, type->tag, type->name);
    }
    find_detail(observation, "class %u", class);
    find_detail(observation, "object %u-%u:%u.%u.%u.%u", obis[0], obis[1], obis[2], obis[3],
                obis[4], obis[5]);
    find_detail(observation, "%s %u", is_method ? "method" : "attribute", index);
    if (n_objects > 1) {
        find_detail(observation, "first of %u", n_objects);
    }
}

/* Low-level security is a password as it is (9.2.2.2.2.2). */
static void
find_password(const uint8_t *apdu, size_t n, struct findings *findings)
{
    struct ber_element association, element, value;
    bool is_low_level = false, has_value = false;

    if (!has_element(apdu, n, &association)) {
        return;
    }
    while (ber_next(&association.content, &element) == BER_WHOLE) {
        if (element.tag == MECHANISM_NAME) {
            is_low_level =
                element.size == sizeof low_level_security &&
                memcmp(element.content.at, low_level_security, element.size) == 0;
        } else if (element.tag == AUTHENTICATION_VALUE) {
            has_value = ber_next(&element.content, &value) == BER_WHOLE && value.size > 0;
        }
    }
    if (is_low_level && has_value) {
        find_credentials(findings, "DLMS low-level security");
    }
}

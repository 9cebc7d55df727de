#include "classify/recognise/opcua_value.h"

#include "classify/recognise/finding.h"

#define NULL_LENGTH UINT32_MAX

enum {
    GUID_SIZE = 16,
    BODY_OCTETS = 1,
    BODY_XML = 2,
    TEXT_SHOWN = 60, /* Characters of a node's text. */
};

/* Forms in which the identifier of a node is encoded. */
enum node_form {
    NODE_TWO_BYTES,
    NODE_FOUR_BYTES,
    NODE_NUMBER,
    NODE_TEXT,
    NODE_GUID,
    NODE_OCTETS,
};

struct opcua_string
opcua_take_string(struct reader *r)
{
    const uint32_t n = reader_le32(r);
    struct opcua_string string = { 0 };

    if (n != NULL_LENGTH) {
        string.bytes = reader_take(r, n);
        string.n = string.bytes == NULL ? 0 : n;
    }
    return string;
}

struct opcua_node
opcua_take_node(struct reader *r)
{
    const uint8_t form = reader_u8(r);
    struct opcua_node node = { .kind = 'i' };

    switch (form) {
    case NODE_TWO_BYTES:
        node.number = reader_u8(r);
        return node;
    case NODE_FOUR_BYTES:
        node.namespace = reader_u8(r);
        node.number = reader_le16(r);
        return node;
    default:
        node.namespace = reader_le16(r);
        break;
    }
    switch (form) {
    case NODE_NUMBER:
        node.number = reader_le32(r);
        break;
    case NODE_TEXT:
        node.kind = 's';
        node.text = opcua_take_string(r);
        break;
    case NODE_GUID:
        node.kind = 'g';
        node.text = (struct opcua_string){ reader_take(r, GUID_SIZE), GUID_SIZE };
        break;
    case NODE_OCTETS:
        node.kind = 'b';
        node.text = opcua_take_string(r);
        break;
    default:
        r->failed = true;
        break;
    }
    return node;
}

bool
opcua_is_node(const struct opcua_node *node, uint32_t number)
{
    return node->kind == 'i' && node->namespace == 0 && node->number == number;
}

struct opcua_node
opcua_take_extension(struct reader *r, struct reader *ret_body)
{
    const struct opcua_node type = opcua_take_node(r);
    const uint8_t form = reader_u8(r);
    struct opcua_string body = { 0 };

    if (form == BODY_OCTETS || form == BODY_XML) {
        body = opcua_take_string(r);
    } else if (form != 0) {
        r->failed = true;
    }
    *ret_body = reader_init(body.bytes, body.n);
    return type;
}

void
opcua_find_node(struct observation *observation, const char *what,
                const struct opcua_node *node)
{
    char text[TEXT_SHOWN + 1];
    size_t n = node->text.n < TEXT_SHOWN ? node->text.n : TEXT_SHOWN;

    if (node->kind == 'i') {
        find_detail(observation, "%s ns=%u;i=%u", what, node->namespace, node->number);
        return;
    }
    if (node->kind != 's') { /* Octets mean nothing to people. */
        find_detail(observation, "%s ns=%u;%c", what, node->namespace, node->kind);
        return;
    }
    for (size_t i = 0; i < n; i++) {
        const uint8_t c = node->text.bytes[i];

        text[i] = (char) (c < ' ' || c > '~' ? '?' : c);
    }
    text[n] = '\0';
    find_detail(observation, "%s ns=%u;s=%s", what, node->namespace, text);
}

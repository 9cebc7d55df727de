#include "scenarios/capture_file.h"

#include <string.h>

#include "base/timestamp.h"
#include "scenarios/buffer.h"

enum {
    SNAPLEN = 262144,
    LINKTYPE_ETHERNET = 1,
    NG_SECTION_HEADER = 0x0a0d0d0a,
    NG_INTERFACE = 1,
    NG_ENHANCED_PACKET = 6,
    NG_OPTION_TIME_RESOLUTION = 9,
};

static const uint32_t magic_micro = 0xa1b2c3d4, magic_nano = 0xa1b23c4d,
                      magic_ng_order = 0x1a2b3c4d;

static const char *const format_names[] = {
    [CAPTURE_PCAP] = "pcap",
    [CAPTURE_PCAP_NS] = "pcap-ns",
    [CAPTURE_PCAPNG] = "pcapng",
};

static void add_header(struct buffer *out, enum capture_format format);
static void add_frame(struct buffer *out, enum capture_format format,
                      const struct frame_seen *frame, const uint8_t *bytes);
static void add_ng_block(struct buffer *out, uint32_t type, const struct buffer *body);

bool
capture_format_parse(const char *name, enum capture_format *ret)
{
    for (size_t i = 0; i < sizeof format_names / sizeof format_names[0]; i++) {
        if (strcmp(format_names[i], name) == 0) {
            *ret = (enum capture_format) i;
            return true;
        }
    }
    return false;
}

bool
capture_file_write(const struct stage *stage, enum capture_format format, FILE *out)
{
    struct buffer bytes = { 0 };

    add_header(&bytes, format);
    for (size_t i = 0; i < stage->n_frames; i++) {
        const struct frame_seen *frame = &stage->frames[i];

        add_frame(&bytes, format, frame, stage->bytes.bytes + frame->offset);
        (void) fwrite(bytes.bytes, 1, bytes.n, out);
        bytes.n = 0;
    }
    (void) fwrite(bytes.bytes, 1, bytes.n, out);
    buffer_fini(&bytes);
    return fflush(out) == 0 && ferror(out) == 0;
}

static void
add_ng_header(struct buffer *out)
{
    struct buffer section = { 0 }, interface = { 0 };

    buffer_le32(&section, magic_ng_order);
    buffer_le16(&section, 1);
    buffer_le16(&section, 0);
    buffer_le32(&section, UINT32_MAX); /* Length of the section: not said. */
    buffer_le32(&section, UINT32_MAX);
    add_ng_block(out, NG_SECTION_HEADER, &section);
    buffer_fini(&section);

    buffer_le16(&interface, LINKTYPE_ETHERNET);
    buffer_le16(&interface, 0);
    buffer_le32(&interface, SNAPLEN);
    buffer_le16(&interface, NG_OPTION_TIME_RESOLUTION);
    buffer_le16(&interface, 1);
    buffer_le32(&interface, 9); /* Nanoseconds: 10 to the -9. */
    buffer_le32(&interface, 0); /* End of options. */
    add_ng_block(out, NG_INTERFACE, &interface);
    buffer_fini(&interface);
}

static void
add_header(struct buffer *out, enum capture_format format)
{
    if (format == CAPTURE_PCAPNG) {
        add_ng_header(out);
        return;
    }
    buffer_le32(out, format == CAPTURE_PCAP ? magic_micro : magic_nano);
    buffer_le16(out, 2);
    buffer_le16(out, 4);
    buffer_le32(out, 0);
    buffer_le32(out, 0);
    buffer_le32(out, SNAPLEN);
    buffer_le32(out, LINKTYPE_ETHERNET);
}

static void
add_ng_frame(struct buffer *out, const struct frame_seen *frame, const uint8_t *bytes)
{
    struct buffer block = { 0 };

    buffer_le32(&block, 0); /* Interface. */
    buffer_le32(&block, (uint32_t) (frame->time_ns >> 32));
    buffer_le32(&block, (uint32_t) frame->time_ns);
    buffer_le32(&block, frame->caplen);
    buffer_le32(&block, frame->len);
    buffer_add(&block, bytes, frame->caplen);
    add_ng_block(out, NG_ENHANCED_PACKET, &block);
    buffer_fini(&block);
}

static void
add_frame(struct buffer *out, enum capture_format format, const struct frame_seen *frame,
          const uint8_t *bytes)
{
    const uint64_t unit_ns = format == CAPTURE_PCAP ? 1000 : 1;

    if (format == CAPTURE_PCAPNG) {
        add_ng_frame(out, frame, bytes);
        return;
    }
    buffer_le32(out, (uint32_t) (frame->time_ns / NS_PER_SECOND));
    buffer_le32(out, (uint32_t) (frame->time_ns % NS_PER_SECOND / unit_ns));
    buffer_le32(out, frame->caplen);
    buffer_le32(out, frame->len);
    buffer_add(out, bytes, frame->caplen);
}

/* A block's length stands before and after it; what it holds is filled to four bytes. */
static void
add_ng_block(struct buffer *out, uint32_t type, const struct buffer *body)
{
    const size_t padding = (4 - body->n % 4) % 4;
    const uint32_t length = (uint32_t) (12 + body->n + padding);

    buffer_le32(out, type);
    buffer_le32(out, length);
    buffer_add(out, body->bytes, body->n);
    buffer_fill(out, 0, padding);
    buffer_le32(out, length);
}

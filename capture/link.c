/* Link types, Ethernet, and what stands between it and IP. */
#include "capture/layer.h"

#include <pcap/dlt.h>
#include <pcap/pcap.h>

/* IEEE EtherTypes that lead on, or that are counted. */
enum {
    ETHERTYPE_VLAN = 0x8100,
    ETHERTYPE_PPP = 0x880b,
    ETHERTYPE_MPLS = 0x8847,
    ETHERTYPE_MPLS_UPSTREAM = 0x8848,
    ETHERTYPE_PPPOE_SESSION = 0x8864,
    ETHERTYPE_JUMBO_LLC = 0x8870,
    ETHERTYPE_PROFINET = 0x8892,
    ETHERTYPE_ETHERCAT = 0x88a4,
    ETHERTYPE_QINQ = 0x88a8,           /* 802.1ad. */
    ETHERTYPE_GOOSE = 0x88b8,          /* IEC 61850-8-1. */
    ETHERTYPE_SAMPLED_VALUES = 0x88ba, /* IEC 61850-9-2. */
    ETHERTYPE_MACSEC = 0x88e5,         /* 802.1AE. */
    ETHERTYPE_PBB = 0x88e7,            /* 802.1ah. */
    ETHERTYPE_FABRICPATH = 0x8903,
    ETHERTYPE_CMD = 0x8909, /* Cisco MetaData. */
    ETHERTYPE_VNTAG = 0x8926,
    ETHERTYPE_NSH = 0x894f,
    ETHERTYPE_QINQ_OLD_1 = 0x9100, /* Used for QinQ before 802.1ad. */
    ETHERTYPE_QINQ_OLD_2 = 0x9200,
    ETHERTYPE_QINQ_OLD_3 = 0x9300,
    ETHERTYPE_ARISTA = 0xd28b,
    ETHERTYPE_TRANSPARENT_ETHERNET = 0x6558,
};

/* The link types, as libpcap numbers them (DLT_) and as files do (LINKTYPE_) where that
 * differs: tcpdump.org/linktypes.html.  Those not named are unknown to the program. */
static const uint8_t link_types[] = {
    [DLT_NULL] = LAYER_NULL,
    [DLT_EN10MB] = LAYER_ETHERNET,
    [DLT_IEEE802] = LAYER_TOKEN_RING,
    [DLT_ARCNET] = LAYER_ARCNET,
    [DLT_SLIP] = LAYER_SLIP,
    [DLT_PPP] = LAYER_PPP,
    [DLT_FDDI] = LAYER_FDDI,
    [11] = LAYER_LLC, /* DLT_ATM_RFC1483. */
    [12] = LAYER_IP,  /* DLT_RAW, whose number differs between systems. */
    [14] = LAYER_IP,
    [19] = LAYER_ATM_CLIP, /* DLT_ATM_CLIP. */
    [DLT_PPP_SERIAL] = LAYER_PPP_SERIAL,
    [DLT_PPP_ETHER] = LAYER_PPPOE,
    [100] = LAYER_LLC, /* LINKTYPE_ATM_RFC1483. */
    [101] = LAYER_IP,  /* LINKTYPE_RAW. */
    [DLT_C_HDLC] = LAYER_CHDLC,
    [DLT_IEEE802_11] = LAYER_WIFI,
    [106] = LAYER_ATM_CLIP, /* LINKTYPE_ATM_CLIP. */
    [DLT_FRELAY] = LAYER_FRAME_RELAY,
    [DLT_LOOP] = LAYER_LOOP,
    [DLT_ENC] = LAYER_ENC,
    [DLT_LINUX_SLL] = LAYER_SLL,
    [DLT_PFLOG] = LAYER_PFLOG,
    [DLT_PRISM_HEADER] = LAYER_PRISM,
    [DLT_IP_OVER_FC] = LAYER_IP_OVER_FC,
    [DLT_SUNATM] = LAYER_SUNATM,
    [DLT_IEEE802_11_RADIO] = LAYER_RADIOTAP,
    [DLT_ARCNET_LINUX] = LAYER_ARCNET_LINUX,
    [DLT_JUNIPER_MLPPP] = LAYER_JUNIPER_OTHER,
    [DLT_JUNIPER_MLFR] = LAYER_JUNIPER_OTHER,
    [DLT_JUNIPER_ES] = LAYER_JUNIPER_OTHER,
    [DLT_JUNIPER_GGSN] = LAYER_JUNIPER_OTHER,
    [DLT_JUNIPER_MFR] = LAYER_JUNIPER_OTHER,
    [DLT_JUNIPER_ATM2] = LAYER_JUNIPER_OTHER,
    [DLT_JUNIPER_SERVICES] = LAYER_JUNIPER_OTHER,
    [DLT_JUNIPER_ATM1] = LAYER_JUNIPER_OTHER,
    [DLT_APPLE_IP_OVER_IEEE1394] = LAYER_IEEE1394,
    [DLT_USER2] = LAYER_PKTAP, /* As which macOS wrote it before it had a number. */
    [DLT_IEEE802_11_RADIO_AVS] = LAYER_AVS,
    [DLT_JUNIPER_MONITOR] = LAYER_JUNIPER_OTHER,
    [DLT_PPP_PPPD] = LAYER_PPP_DIRECTION,
    [DLT_JUNIPER_PPPOE] = LAYER_JUNIPER_OTHER,
    [DLT_JUNIPER_PPPOE_ATM] = LAYER_JUNIPER_OTHER,
    [DLT_JUNIPER_ETHER] = LAYER_JUNIPER_ETHERNET,
    [DLT_JUNIPER_PPP] = LAYER_JUNIPER_PPP,
    [DLT_JUNIPER_FRELAY] = LAYER_JUNIPER_FRAME_RELAY,
    [DLT_JUNIPER_CHDLC] = LAYER_JUNIPER_CHDLC,
    [DLT_MFR] = LAYER_MULTILINK_FRAME_RELAY,
    [DLT_PPI] = LAYER_PPI,
    [DLT_JUNIPER_ST] = LAYER_JUNIPER_OTHER,
    [DLT_PPP_WITH_DIR] = LAYER_PPP_DIRECTION,
    [DLT_C_HDLC_WITH_DIR] = LAYER_CHDLC_DIRECTION,
    [DLT_FRELAY_WITH_DIR] = LAYER_FRAME_RELAY_DIRECTION,
    [DLT_IPNET] = LAYER_IPNET,
    [DLT_IPV4] = LAYER_IPV4,
    [DLT_IPV6] = LAYER_IPV6,
    [DLT_NFLOG] = LAYER_NFLOG,
    [DLT_NETANALYZER] = LAYER_NETANALYZER,
    [DLT_NETANALYZER_TRANSPARENT] = LAYER_NETANALYZER_TRANSPARENT,
    [DLT_IPOIB] = LAYER_IPOIB,
    [DLT_PKTAP] = LAYER_PKTAP,
    [DLT_LINUX_SLL2] = LAYER_SLL2,
    [DLT_DSA_TAG_BRCM] = LAYER_BRCM,
    [DLT_DSA_TAG_BRCM_PREPEND] = LAYER_BRCM_PREPEND,
    [DLT_DSA_TAG_DSA] = LAYER_DSA,
    [DLT_DSA_TAG_EDSA] = LAYER_EDSA,

    [DLT_LINUX_IRDA] = LAYER_NO_IP_LINK,
    [DLT_MTP2_WITH_PHDR] = LAYER_NO_IP_LINK,
    [DLT_MTP2] = LAYER_NO_IP_LINK,
    [DLT_MTP3] = LAYER_NO_IP_LINK,
    [DLT_SCCP] = LAYER_NO_IP_LINK,
    [DLT_BLUETOOTH_HCI_H4] = LAYER_NO_IP_LINK,
    [DLT_USB_LINUX] = LAYER_NO_IP_LINK,
    [DLT_IEEE802_15_4_WITHFCS] = LAYER_NO_IP_LINK,
    [DLT_BLUETOOTH_HCI_H4_WITH_PHDR] = LAYER_NO_IP_LINK,
    [DLT_CAN_SOCKETCAN] = LAYER_NO_IP_LINK,
    [DLT_IEEE802_15_4_NOFCS] = LAYER_NO_IP_LINK,
    [DLT_USB_LINUX_MMAPPED] = LAYER_NO_IP_LINK,
    [DLT_DBUS] = LAYER_NO_IP_LINK,
    [DLT_NETLINK] = LAYER_NO_IP_LINK,
    [DLT_BLUETOOTH_LINUX_MONITOR] = LAYER_NO_IP_LINK,
    [DLT_VSOCK] = LAYER_NO_IP_LINK,
};

static enum layer layer_of_length(struct decoding *d, uint16_t length);

const char *
decode_link_name(uint16_t link_type)
{
    const char *name = pcap_datalink_val_to_name(link_type);

    return name == NULL ? "unknown" : name;
}

enum layer
layer_of_link_type(uint32_t link_type)
{
    if (link_type >= sizeof link_types || link_types[link_type] == 0) {
        return LAYER_UNKNOWN;
    }
    return (enum layer) link_types[link_type];
}

enum layer
layer_of_other_ethertype(struct decoding *d, uint16_t type)
{
    switch (type) {
    case ETHERTYPE_IPV4:
        return LAYER_IPV4;
    case ETHERTYPE_IPV6:
        return LAYER_IPV6;
    case ETHERTYPE_VLAN:
    case ETHERTYPE_QINQ:
    case ETHERTYPE_QINQ_OLD_1:
    case ETHERTYPE_QINQ_OLD_2:
    case ETHERTYPE_QINQ_OLD_3:
        return LAYER_VLAN;
    case ETHERTYPE_MPLS:
    case ETHERTYPE_MPLS_UPSTREAM:
        return LAYER_MPLS;
    case ETHERTYPE_PPPOE_SESSION:
        return LAYER_PPPOE;
    case ETHERTYPE_PPP:
        return LAYER_PPP;
    case ETHERTYPE_PBB:
        return LAYER_PBB;
    case ETHERTYPE_VNTAG:
        return LAYER_VNTAG;
    case ETHERTYPE_FABRICPATH:
        return LAYER_FABRICPATH;
    case ETHERTYPE_ARISTA:
        return LAYER_ARISTA;
    case ETHERTYPE_CMD:
        return LAYER_CMD;
    case ETHERTYPE_MACSEC:
        return LAYER_MACSEC;
    case ETHERTYPE_NSH:
        return LAYER_NSH;
    case ETHERTYPE_JUMBO_LLC:
        return LAYER_LLC;
    case ETHERTYPE_TRANSPARENT_ETHERNET:
        return LAYER_ETHERNET;
    case ETHERTYPE_GOOSE:
        return LAYER_GOOSE;
    case ETHERTYPE_SAMPLED_VALUES:
        return LAYER_SAMPLED_VALUES;
    case ETHERTYPE_ETHERCAT:
        return LAYER_ETHERCAT;
    case ETHERTYPE_PROFINET:
        return LAYER_PROFINET;
    default:
        return type < ETHERTYPE_MIN ? layer_of_length(d, type) : LAYER_NOT_IP;
    }
}

/* What follows an 802.3 length.  Some captures have lengths beyond the frame. */
static enum layer
layer_of_length(struct decoding *d, uint16_t length)
{
    decoding_limit(d, length);
    return LAYER_LLC;
}

enum layer
layer_no_ip_link(struct decoding *d)
{
    counter_inc(d->counters, COUNTER_CAPTURE_LINK_TYPE_NOT_IP);
    return LAYER_NOT_IP;
}

enum layer
layer_ethernet(struct decoding *d)
{
    struct reader h;

    if (!decoding_take(d, 14, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    (void) reader_take(&h, 12); /* Addresses. */
    return layer_of_ethertype(d, reader_be16(&h));
}

/* Tag control information and the type of what follows (802.1Q section 9.6). */
enum layer
layer_vlan(struct decoding *d)
{
    struct reader h;

    if (!decoding_take(d, 4, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    decoding_add_vlan(d, reader_be16(&h) & 0xfff);
    return layer_of_ethertype(d, reader_be16(&h));
}

/* Flags and service id of an I-TAG; then the customer's frame (802.1Q section 9.7). */
enum layer
layer_pbb(struct decoding *d)
{
    return decoding_skip(d, 4) ? LAYER_ETHERNET
                               : layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
}

/* Passes over 'size' bytes that end with an EtherType. */
static enum layer
skip_to_ethertype(struct decoding *d, size_t size)
{
    struct reader h;

    if (!decoding_skip(d, size - 2) || !decoding_take(d, 2, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    return layer_of_ethertype(d, reader_be16(&h));
}

enum layer
layer_vntag(struct decoding *d)
{
    return skip_to_ethertype(d, 6);
}

/* Forwarding tag and TTL; then the frame as it came in. */
enum layer
layer_fabricpath(struct decoding *d)
{
    return decoding_skip(d, 2) ? LAYER_ETHERNET
                               : layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
}

/* A timestamp of 64 or 48 bits before the type. */
enum layer
layer_arista(struct decoding *d)
{
    enum { SUBTYPE_TIMESTAMP = 1, FORMAT_64_BITS = 1, FORMAT_48_BITS = 2 };
    struct reader h;
    unsigned subtype, format;

    if (!decoding_take(d, 4, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    subtype = reader_be16(&h);
    (void) reader_u8(&h); /* Time scale. */
    format = reader_u8(&h) >> 4;
    if (subtype != SUBTYPE_TIMESTAMP ||
        (format != FORMAT_64_BITS && format != FORMAT_48_BITS)) {
        return LAYER_NOT_IP;
    }
    return skip_to_ethertype(d, format == FORMAT_64_BITS ? 8 + 2 : 6 + 2);
}

/* Version, length, and one option with a security group. */
enum layer
layer_cmd(struct decoding *d)
{
    return skip_to_ethertype(d, 8);
}

/* 802.1AE section 9.3: what is integrity-protected only can be read. */
enum layer
layer_macsec(struct decoding *d)
{
    enum { TCI_CHANGED = 0x04, TCI_ENCRYPTED = 0x08, TCI_SCI = 0x20, ICV_SIZE = 16 };
    struct reader h;
    unsigned tci, short_length;

    if (!decoding_take(d, 6, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    tci = reader_u8(&h);
    short_length = reader_u8(&h) & 0x3f;
    if ((tci & (TCI_CHANGED | TCI_ENCRYPTED)) != 0) {
        counter_inc(d->counters, COUNTER_CAPTURE_LINK_ENCRYPTED);
        return LAYER_NOT_IP;
    }
    if ((tci & TCI_SCI) != 0 && !decoding_skip(d, 8)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    if (short_length != 0) {
        decoding_limit(d, short_length);
    } else if (decoding_left(d) >= ICV_SIZE) {
        decoding_limit(d, decoding_left(d) - ICV_SIZE);
    }
    return skip_to_ethertype(d, 2);
}

/* RFC 8300 section 2.2. */
enum layer
layer_nsh(struct decoding *d)
{
    enum { NEXT_IPV4 = 1, NEXT_IPV6 = 2, NEXT_ETHERNET = 3, NEXT_NSH = 4, NEXT_MPLS = 5 };
    struct reader h;
    unsigned size, next;

    if (!decoding_take(d, 8, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    size = (reader_be16(&h) & 0x3fu) * 4;
    (void) reader_u8(&h); /* MD type. */
    next = reader_u8(&h);
    if (size < 8) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_BAD);
    }
    if (!decoding_skip(d, size - 8)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    switch (next) {
    case NEXT_IPV4:
        return LAYER_IPV4;
    case NEXT_IPV6:
        return LAYER_IPV6;
    case NEXT_ETHERNET:
        return LAYER_ETHERNET;
    case NEXT_NSH:
        return LAYER_NSH;
    case NEXT_MPLS:
        return LAYER_MPLS;
    default:
        return LAYER_NOT_IP;
    }
}

/* 802.2: destination and source access point and control, of which unnumbered information
 * with SNAP, IP or an OSI network layer id leads on. */
enum layer
layer_llc(struct decoding *d)
{
    enum { LLC_IP = 0x060603, LLC_SNAP = 0xaaaa03, LLC_OSI = 0xfefe03 };
    struct reader h;
    uint32_t llc;

    if (!decoding_take(d, 3, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    llc = (uint32_t) reader_u8(&h) << 16;
    llc |= reader_be16(&h);
    return llc == LLC_SNAP  ? LAYER_SNAP
           : llc == LLC_IP  ? LAYER_IPV4
           : llc == LLC_OSI ? LAYER_NLPID
                            : LAYER_NOT_IP;
}

/* Organisation and protocol id: an EtherType (RFC 1042), also of the bridge tunnel
 * (802.1H), or a bridged Ethernet frame (RFC 2684 section 5.2). */
enum layer
layer_snap(struct decoding *d)
{
    enum { OUI_ETHERNET = 0, OUI_BRIDGE_TUNNEL = 0x0000f8, OUI_802_1 = 0x0080c2 };
    struct reader h;
    uint32_t oui;
    uint16_t id;

    if (!decoding_take(d, 5, &h)) {
        return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    oui = (uint32_t) reader_be16(&h) << 8;
    oui |= reader_u8(&h);
    id = reader_be16(&h);
    if (oui == OUI_ETHERNET || oui == OUI_BRIDGE_TUNNEL) {
        return id < ETHERTYPE_MIN ? LAYER_NOT_IP : layer_of_ethertype(d, id);
    }
    if (oui == OUI_802_1 && (id == 0x0001 || id == 0x0007)) {
        return decoding_skip(d, 2) ? LAYER_ETHERNET
                                   : layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    }
    return LAYER_NOT_IP;
}

/* A label stack says nothing of what it carries: IP, told by its version, or a pseudowire,
 * with a control word that begins with 0 (RFC 4385) or without. */
enum layer
layer_mpls(struct decoding *d)
{
    enum { BOTTOM_OF_STACK = 0x100 };
    struct reader h;

    do {
        if (!decoding_take(d, 4, &h)) {
            return layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
        }
    } while ((reader_be32(&h) & BOTTOM_OF_STACK) == 0);
    switch (decoding_ip_version(d)) {
    case 4:
        return LAYER_IPV4;
    case 6:
        return LAYER_IPV6;
    case 0:
        return decoding_skip(d, 4) ? LAYER_ETHERNET
                                   : layer_bad(d, COUNTER_CAPTURE_LINK_TRUNCATED);
    case 1: /* An associated channel (RFC 5586). */
        return LAYER_NOT_IP;
    default:
        return LAYER_ETHERNET;
    }
}

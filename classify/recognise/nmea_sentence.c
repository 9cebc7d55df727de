#include "classify/recognise/nmea_sentence.h"

#include <string.h>

enum {
    TEXT_MAX = 250, /* The standard says 82, but not all keep to it. */
    TAG_MAX = 250,  /* For it too: 80. */
    ADDRESS_MIN = 4,
    ADDRESS_MAX = 10, /* Proprietary ones: "PMTK314". */
    ADDRESS_SIZE = 5,
    TALKER_SIZE = 2,
    FORMATTER_SIZE = 3,
};

/* Talkers, besides U0 to U9, IEC 61162-1, as the lists of their users have them. */
static const char talkers[] = "AB AD AG AI AN AP AR AS AT AX BD BI BN BS CA CC CD CM CR CS "
                              "CT CV CX DE DF DM DP DU EC EI EP ER FD FE FR FS GA GB GI GL "
                              "GN GP GQ HC HD HE HF HN HS HU II IN JA JB JC JD JE JF JG JH "
                              "LA LC NL NV OM QZ RA RB RC RI SA SC SD SG SN SS TC TI TM TR "
                              "TS UP VA VD VM VR VS VT VW WD WI WL YC YD YF YL YP YR YT YV "
                              "YX ZA ZC ZQ ZV";

/* Formatters of sentences, from there too. */
static const char formatters[] = "AAM ABK ABM ACA ACK ACN ACS AGA AIR AKD ALA ALC ALF ALM "
                                 "ALR APA APB ARC ASD BBM BEC BOD "
                                 "BWC BWR BWW CBR CEK CUR DBK DBS DBT DCN DCR DDC DOR DPT "
                                 "DSC DSE DSI DSR DTM EPV ETL EVE "
                                 "FIR FSI GBS GDA GEN GFA GGA GLA GLC GLL GNS GRS GSA GST "
                                 "GSV GTD GXA HBT HCC HCD HDG HDM "
                                 "HDT HFB HMR HMS HRM HSC HTC HTD IHM ITS LCD LRF LRI LR1 "
                                 "LR2 LR3 MDA MEB MHU MMB MOB MSK "
                                 "MSS MTA MTW MWD MWV NAK NRM NRX OLN OSD PRC RLM RMA RMB "
                                 "RMC RME ROO ROR ROT RPM RSA RSD "
                                 "RTE SFI SMI SPO SSD STN SUM TDS TFI THS TLB TLL TPC TPR "
                                 "TPT TRC TRD TRF TTD TTM TUT TXT "
                                 "UID VBW VDM VDO VDR VHW VLW VPW VSD VTG VTI VWR VWT WAT "
                                 "WCV WDC WDR WNC WPL XDR XTE XTR "
                                 "ZDA ZDL ZFI ZFO ZTE ZTG";

static size_t size_of_tags(const uint8_t *bytes, size_t n, enum sentence_state *ret);
static bool is_printable(uint8_t c);
static bool is_capital(uint8_t c);
static bool has_address(const uint8_t *text, size_t n, bool is_whole);
static bool is_known(const uint8_t *text, size_t n);
static bool is_talker(const uint8_t *text);
static bool is_formatter(const uint8_t *text);
static bool is_among(const char *words, size_t words_size, const uint8_t *text,
                     size_t size);
static int hex_digit(uint8_t c);
static struct sentence ended(const uint8_t *text, size_t length, size_t n,
                             bool is_datagram);

struct sentence
nmea_sentence(const uint8_t *bytes, size_t n, bool is_datagram)
{
    struct sentence sentence = { .state = SENTENCE_MORE };
    const size_t tags = size_of_tags(bytes, n, &sentence.state);
    const uint8_t *text = bytes + tags;
    const size_t left = n - tags;
    size_t length = 1;

    if (sentence.state == SENTENCE_NONE || left == 0) {
        return sentence;
    }
    sentence.state = SENTENCE_NONE;
    if (text[0] != '$' && text[0] != '!') {
        return sentence;
    }
    while (length < left && is_printable(text[length]) && text[length] != '*') {
        length++;
    }
    if (length > TEXT_MAX || !has_address(text, length, length < left || is_datagram)) {
        return sentence;
    }
    sentence = ended(text, length, left, is_datagram);
    sentence.size += tags;
    return sentence;
}

/* TAG blocks: "\s:HE0001*45\".  Sets '*ret' to NONE if they are none, else leaves it. */
static size_t
size_of_tags(const uint8_t *bytes, size_t n, enum sentence_state *ret)
{
    size_t at = 0;

    while (at < n && bytes[at] == '\\') {
        size_t end = at + 1;

        while (end < n && is_printable(bytes[end]) && bytes[end] != '\\') {
            end++;
        }
        if (end - at > TAG_MAX || (end < n && bytes[end] != '\\')) {
            *ret = SENTENCE_NONE;
            return at;
        }
        if (end == n) {
            return n;
        }
        at = end + 1;
    }
    return at;
}

static bool
is_printable(uint8_t c)
{
    return c >= ' ' && c <= '~';
}

static bool
is_capital(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Whether an address and a comma come first, as far as they are there. */
static bool
has_address(const uint8_t *text, size_t n, bool is_whole)
{
    size_t i = 1;

    while (i < n && is_capital(text[i])) {
        i++;
    }
    if (i == n) {
        return !is_whole && i <= 1 + ADDRESS_MAX;
    }
    return text[i] == ',' && i >= 1 + ADDRESS_MIN && i <= 1 + ADDRESS_MAX;
}

/* What follows the text: "*35" and CR LF, or the latter alone. */
static struct sentence
ended(const uint8_t *text, size_t length, size_t n, bool is_datagram)
{
    struct sentence sentence = {
        .state = SENTENCE_MORE,
        .text = text,
        .length = length,
        .size = length,
    };
    int high = -1, low = -1;
    uint8_t sum = 0;

    if (length < n && text[length] == '*') {
        for (size_t i = 1; i < length; i++) {
            sum ^= text[i];
        }
        high = length + 1 < n ? hex_digit(text[length + 1]) : 0;
        low = length + 2 < n ? hex_digit(text[length + 2]) : 0;
        if (high < 0 || low < 0) {
            sentence.state = SENTENCE_NONE;
            return sentence;
        }
        sentence.size += 3;
    }
    if (sentence.size > n || (sentence.size == n && !is_datagram)) {
        return sentence;
    }
    if (sentence.size < n && text[sentence.size] == '\r') {
        sentence.size++;
    }
    if (sentence.size == n && !is_datagram) {
        return sentence;
    }
    if (sentence.size < n && text[sentence.size] == '\n') {
        sentence.size++;
    } else if (sentence.size < n) {
        sentence.state = SENTENCE_NONE;
        return sentence;
    }
    if (high < 0) {
        sentence.state = text[sentence.size - 1] == '\n' && is_known(text, length)
                             ? SENTENCE_KNOWN
                             : SENTENCE_PLAIN;
    } else {
        sentence.state = sum == high * 16 + low ? SENTENCE_RIGHT : SENTENCE_WRONG;
    }
    return sentence;
}

/* "$HCHDM,..." or, when one talker asks another, "$CCHCQ,HDM".  Sentences with '!' are
 * never without a checksum. */
static bool
is_known(const uint8_t *text, size_t n)
{
    if (text[0] != '$' || n < 1 + ADDRESS_SIZE + 1 || text[1 + ADDRESS_SIZE] != ',' ||
        memchr(text, ' ', n) != NULL) {
        return false;
    }
    if (text[ADDRESS_SIZE] == 'Q' && n == 1 + ADDRESS_SIZE + 1 + FORMATTER_SIZE) {
        return is_talker(text + 1 + TALKER_SIZE) &&
               is_formatter(text + 1 + ADDRESS_SIZE + 1);
    }
    return is_talker(text + 1) && is_formatter(text + 1 + TALKER_SIZE);
}

static bool
is_talker(const uint8_t *text)
{
    return (text[0] == 'U' && text[1] >= '0' && text[1] <= '9') ||
           is_among(talkers, sizeof talkers, text, TALKER_SIZE);
}

static bool
is_formatter(const uint8_t *text)
{
    return is_among(formatters, sizeof formatters, text, FORMATTER_SIZE);
}

/* Whether 'text' is one of the words of so many characters, with a space between each. */
static bool
is_among(const char *words, size_t words_size, const uint8_t *text, size_t size)
{
    for (size_t i = 0; i < words_size; i += size + 1) {
        if (memcmp(words + i, text, size) == 0) {
            return true;
        }
    }
    return false;
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

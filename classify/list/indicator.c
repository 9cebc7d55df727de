#include "classify/list/indicator.h"

#include <stdlib.h>
#include <string.h>

enum { TEXT_MAX = 1023 }; /* Names in UTF-8 may be longer than their form in the DNS. */

static char *skip_scheme(char *text);
static void cut_to_host(char **text);
static bool is_url_without_scheme(const char *text);
static enum indicator_status read_address(const char *text, struct indicator *ret);
static bool read_fingerprint(const char *text, struct indicator *ret);
static bool read_domain(char *text, struct indicator *ret);

enum indicator_status
indicator_read(const char *text, size_t n, struct indicator *ret)
{
    char copy[TEXT_MAX + 1], *host;
    enum indicator_status status;

    for (; n > 0 && (*text == ' ' || *text == '\t'); n--) {
        text++;
    }
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t')) {
        n--;
    }
    if (n == 0) {
        return INDICATOR_NONE;
    }
    n = n < TEXT_MAX ? n : TEXT_MAX;
    memcpy(copy, text, n);
    copy[n] = '\0';
    ret->scope = DOMAIN_ITSELF | DOMAIN_BELOW;
    host = skip_scheme(copy);
    if (host != copy) {
        cut_to_host(&host);
        ret->scope = DOMAIN_ITSELF;
    } else if (read_fingerprint(host, ret)) {
        return INDICATOR_OK;
    }
    status = read_address(host, ret);
    if (status == INDICATOR_NONE && is_url_without_scheme(host)) {
        cut_to_host(&host);
        ret->scope = DOMAIN_ITSELF;
        status = read_address(host, ret);
    }
    if (status != INDICATOR_NONE) {
        return status;
    }
    return read_domain(host, ret) ? INDICATOR_OK : INDICATOR_NONE;
}

const char *
indicator_kind_text(enum indicator_kind kind)
{
    static const char *const texts[N_INDICATOR_KINDS] = {
#define X(name, text) text,
        INDICATOR_KIND_TABLE(X)
#undef X
    };

    return texts[kind];
}

/* What follows "SCHEME://" (RFC 3986 section 3.1), or 'text' itself. */
static char *
skip_scheme(char *text)
{
    const size_t n = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                  "0123456789+-.");

    return n > 0 && strncmp(text + n, "://", 3) == 0 ? text + n + 3 : text;
}

/* Leaves the host with its port of what follows "SCHEME://". */
static void
cut_to_host(char **text)
{
    char *user;

    (*text)[strcspn(*text, "/?#")] = '\0';
    user = strrchr(*text, '@'); /* User information, RFC 3986 section 3.2.1. */
    *text = user != NULL ? user + 1 : *text;
}

/* Whether a path follows, and not the length of a prefix. */
static bool
is_url_without_scheme(const char *text)
{
    const char *slash = strchr(text, '/');

    return slash != NULL && slash > text &&
           slash[1 + strspn(slash + 1, "0123456789")] != '\0';
}

static bool
is_port(const char *text)
{
    return strspn(text, "0123456789") == strlen(text) && strlen(text) <= 5 &&
           strtoul(text, NULL, 10) <= UINT16_MAX;
}

static enum indicator_status
read_address(const char *text, struct indicator *ret)
{
    char address[IP_PREFIX_TEXT_SIZE];
    const char *end = text + strlen(text);
    size_t n;

    if (*text == '[') {
        const char *close = strchr(text, ']');

        if (close == NULL ||
            (close[1] != '\0' && (close[1] != ':' || !is_port(close + 2)))) {
            return INDICATOR_NONE;
        }
        text++;
        end = close;
    } else if (memchr(text, '.', (size_t) (end - text)) != NULL) {
        const char *colon = strchr(text, ':');

        if (colon != NULL && is_port(colon + 1)) {
            end = colon;
        }
    }
    n = (size_t) (end - text);
    /* Most of a list of domains ends here. */
    if (n >= sizeof address || strspn(text, "0123456789abcdefABCDEF.:/") < n) {
        return INDICATOR_NONE;
    }
    memcpy(address, text, n);
    address[n] = '\0';
    switch (ip_prefix_parse(address, &ret->prefix)) {
    case IP_PARSE_OK:
        ret->kind = ret->prefix.length == 128 ? INDICATOR_ADDRESS : INDICATOR_PREFIX;
        return INDICATOR_OK;
    case IP_PARSE_HOST_BITS:
        ret->kind = INDICATOR_PREFIX;
        return INDICATOR_HOST_BITS;
    case IP_PARSE_NOT_AN_ADDRESS:
    case IP_PARSE_BAD_LENGTH:
        break;
    }
    return INDICATOR_NONE;
}

static char
lower(char c)
{
    return (char) (c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

/* Transport, version, whether a name was sent, numbers of ciphers and extensions, and of
 * the first application protocol the first and last character; two hashes. */
static bool
read_fingerprint(const char *text, struct indicator *ret)
{
    static const char shape[] = "tvvsnnnnxx_hhhhhhhhhhhh_hhhhhhhhhhhh";
    static const char *const sets[128] = {
        ['t'] = "tqd",
        ['v'] = "0123sd",
        ['s'] = "di",
        ['n'] = "0123456789",
        ['x'] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
        ['h'] = "0123456789abcdef",
        ['_'] = "_",
    };

    if (strlen(text) != FINGERPRINT_LENGTH) {
        return false;
    }
    for (size_t i = 0; i < FINGERPRINT_LENGTH; i++) {
        if (strchr(sets[(unsigned char) shape[i]], text[i]) == NULL) {
            return false;
        }
    }
    memcpy(ret->name, text, FINGERPRINT_LENGTH + 1);
    ret->kind = INDICATOR_FINGERPRINT;
    return true;
}

/* Whether it is a name of hosts: 'n_min' labels or more, each of 1 to 63 letters, digits,
 * hyphens and underscores (RFC 1035 section 2.3.4; underscores are in use), the last not of
 * digits alone, which an address would be (RFC 1123 section 2.1).  Puts it in lower case.
 */
static bool
is_domain(char *name, size_t n_min)
{
    size_t length = 0, n_labels = 1;
    bool has_letter = false;

    for (char *at = name; *at != '\0'; at++) {
        *at = lower(*at);
        if (*at == '.') {
            if (length == 0) {
                return false;
            }
            n_labels++;
            length = 0;
            has_letter = false;
            continue;
        }
        has_letter = has_letter || (*at >= 'a' && *at <= 'z');
        if ((*at < 'a' || *at > 'z') && (*at < '0' || *at > '9') && *at != '-' &&
            *at != '_') {
            return false;
        }
        if (++length > 63) {
            return false;
        }
    }
    return length > 0 && has_letter && n_labels >= n_min;
}

static bool
is_ascii(const char *text)
{
    for (; *text != '\0'; text++) {
        if ((unsigned char) *text >= 0x80) {
            return false;
        }
    }
    return true;
}

static bool
read_domain(char *text, struct indicator *ret)
{
    char *port = strchr(text, ':');
    size_t n_labels_min = 2, n;

    if (port != NULL) {
        if (!is_port(port + 1)) {
            return false;
        }
        *port = '\0';
    }
    if (text[0] == '*' && text[1] == '.') {
        ret->scope = DOMAIN_BELOW;
        text++; /* The dot, too, is looked at. */
    }
    if (*text == '.') {
        n_labels_min = 1;
        text++;
    }
    n = strlen(text);
    if (n > 0 && text[n - 1] == '.') {
        text[--n] = '\0';
    }
    if (!is_ascii(text)) {
        if (!idn_to_ascii(text, ret->name)) {
            return false;
        }
    } else if (n <= IDN_NAME_MAX) {
        memcpy(ret->name, text, n + 1);
    } else {
        return false;
    }
    ret->kind = INDICATOR_DOMAIN;
    return is_domain(ret->name, n_labels_min);
}

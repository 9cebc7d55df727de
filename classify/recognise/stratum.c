#include <string.h>

#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"

/* Stratum, between miners and their pools: JSON-RPC in lines (slush, "Stratum mining
 * protocol"); its forms for Monero (XMRig, "Stratum protocol") and Ethereum (EIP-1571,
 * "EthereumStratum"); and getwork over HTTP, which it replaced.
 *
 * Verified is a method that no other JSON-RPC has, in a text that begins as JSON. */

static const char *const methods[] = {
    "mining.subscribe",      "mining.authorize", "mining.submit",     "mining.notify",
    "mining.set_difficulty", "mining.configure", "mining.set_target", "mining.hello",
    "eth_submitLogin",       "eth_submitWork",   "eth_getWork",       "getwork",
    "getblocktemplate",
};

static const char method_name[] = "\"method\"";
static const char http_post[] = "POST ";

static enum opinion judge_lines(const struct side *side);
static enum opinion judge_post(const struct side *side);
static bool has_miners_method(const uint8_t *bytes, size_t n);
static bool has_method(const uint8_t *bytes, size_t n, const char *method);
static bool is_method(const uint8_t *bytes, size_t n, const char *method);
static size_t skip_spaces(const uint8_t *bytes, size_t n, size_t at);
static bool is_monero_login(const uint8_t *bytes, size_t n);
static const uint8_t *find(const uint8_t *bytes, size_t n, const char *text);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct side *client = &dialogue->sides[FLOW_INITIATOR];
    const struct side *server = &dialogue->sides[FLOW_RESPONDER];
    enum opinion requests, answers;

    if (client->n > 0 && client->bytes[0] == (uint8_t) http_post[0]) {
        return server->n == 0 || server->bytes[0] == 'H' ? judge_post(client) : OPINION_NO;
    }
    requests = judge_lines(client);
    answers = judge_lines(server);
    if (requests == OPINION_NO || answers == OPINION_NO) {
        return OPINION_NO;
    }
    return requests > answers ? requests : answers;
}

const struct recogniser recogniser_stratum = {
    .service = SERVICE_STRATUM,
    .on_tcp = true,
    .refines = SERVICE_HTTP,
    .judge = judge,
};

static enum opinion
judge_lines(const struct side *side)
{
    if (side->n == 0) {
        return OPINION_MORE;
    }
    if (side->bytes[0] != '{') {
        return OPINION_NO;
    }
    return has_miners_method(side->bytes, side->n) || is_monero_login(side->bytes, side->n)
               ? OPINION_VERIFIED
               : OPINION_MORE;
}

static enum opinion
judge_post(const struct side *side)
{
    const uint8_t *body;
    size_t n;

    if (!octets_begin(side->bytes, side->n, http_post, sizeof http_post - 1)) {
        return OPINION_NO;
    }
    body = find(side->bytes, side->n, "\r\n\r\n");
    if (body == NULL) {
        return OPINION_MORE;
    }
    body += strlen("\r\n\r\n");
    n = side->n - (size_t) (body - side->bytes);
    if (n > 0 && body[0] != '{') {
        return OPINION_NO;
    }
    if (has_miners_method(body, n)) {
        return OPINION_VERIFIED;
    }
    return n == 0 || memchr(body, '}', n) == NULL ? OPINION_MORE : OPINION_NO;
}

static bool
has_miners_method(const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (has_method(bytes, n, methods[i])) {
            return true;
        }
    }
    return false;
}

/* Whether the value of a member "method" is that one. */
static bool
has_method(const uint8_t *bytes, size_t n, const char *method)
{
    const uint8_t *end = bytes + n;

    for (const uint8_t *at = bytes;
         (at = find(at, (size_t) (end - at), method_name)) != NULL;) {
        at += strlen(method_name);
        if (is_method(at, (size_t) (end - at), method)) {
            return true;
        }
    }
    return false;
}

/* A colon and the method's name in quotes, with spaces where JSON allows them. */
static bool
is_method(const uint8_t *bytes, size_t n, const char *method)
{
    const size_t size = strlen(method);
    size_t at = skip_spaces(bytes, n, 0);

    if (at == n || bytes[at] != ':') {
        return false;
    }
    at = skip_spaces(bytes, n, at + 1);
    return n - at >= size + 2 && bytes[at] == '"' &&
           memcmp(bytes + at + 1, method, size) == 0 && bytes[at + 1 + size] == '"';
}

static size_t
skip_spaces(const uint8_t *bytes, size_t n, size_t at)
{
    while (at < n && memchr(" \t\r\n", bytes[at], 4) != NULL) {
        at++;
    }
    return at;
}

static bool
is_monero_login(const uint8_t *bytes, size_t n)
{
    const uint8_t *parameters = find(bytes, n, "\"params\"");

    return parameters != NULL && has_method(bytes, n, "login") &&
           find(bytes, n, "\"agent\"") != NULL &&
           find(parameters, n - (size_t) (parameters - bytes), "\"login\"") != NULL &&
           find(parameters, n - (size_t) (parameters - bytes), "\"pass\"") != NULL;
}

static const uint8_t *
find(const uint8_t *bytes, size_t n, const char *text)
{
    const size_t size = strlen(text);

    for (size_t at = 0; at + size <= n; at++) {
        const uint8_t *next = memchr(bytes + at, text[0], n - at - size + 1);

        if (next == NULL) {
            return NULL;
        }
        if (memcmp(next, text, size) == 0) {
            return next;
        }
        at = (size_t) (next - bytes);
    }
    return NULL;
}

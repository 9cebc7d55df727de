#include "classify/sector_build.h"

#include <stdio.h>
#include <string.h>

#include "base/config.h"

uint32_t
sector_build_organisation(struct sector_build *build, const struct range_claim *claims,
                          uint32_t n_claims)
{
    build->organisations =
        memory_grow(build->organisations, build->n_organisations,
                    &build->organisations_capacity, sizeof *build->organisations);
    build->organisations[build->n_organisations] =
        (struct sector_organisation){ .claims = claims, .n_claims = n_claims };
    return (uint32_t) build->n_organisations++;
}

uint32_t
sector_build_origin(struct sector_build *build, uint32_t organisation, unsigned line)
{
    build->origins = memory_grow(build->origins, build->n_origins, &build->origins_capacity,
                                 sizeof *build->origins);
    build->origins[build->n_origins] = (struct sector_origin){ organisation, line };
    return (uint32_t) build->n_origins++;
}

void
sector_build_prefix(struct sector_build *build, struct ip_prefix prefix, uint32_t origin)
{
    build->entries = memory_grow(build->entries, build->n_entries, &build->entries_capacity,
                                 sizeof *build->entries);
    build->entries[build->n_entries++] =
        (struct prefix_entry){ prefix.address, origin, prefix.length };
}

const char *
sector_prefix_parse(const char *text, struct ip_prefix *ret,
                    char message[static SECTOR_TEXT_SIZE])
{
    char prefix_text[IP_PREFIX_TEXT_SIZE];
    struct ip_prefix prefix;

    switch (ip_prefix_parse(text, &prefix)) {
    case IP_PARSE_OK:
        *ret = prefix;
        return NULL;
    case IP_PARSE_BAD_LENGTH:
        (void) snprintf(message, SECTOR_TEXT_SIZE,
                        "\"%.60s\" has no valid prefix length; expected 0 to %s", text,
                        strchr(text, ':') == NULL ? "32" : "128");
        break;
    case IP_PARSE_HOST_BITS:
        (void) snprintf(message, SECTOR_TEXT_SIZE,
                        "\"%.60s\" has bits set beyond its length; the prefix would be "
                        "\"%s\"",
                        text, ip_prefix_format(prefix, prefix_text));
        break;
    case IP_PARSE_NOT_AN_ADDRESS:
        (void) snprintf(message, SECTOR_TEXT_SIZE,
                        "\"%.60s\" is not a prefix; expected one like \"192.0.2.0/24\" or "
                        "\"2001:db8::/32\"",
                        text);
        break;
    }
    return message;
}

const char *
sector_name_parse(const char *text, enum sector *ret, char message[static SECTOR_TEXT_SIZE])
{
    const char *nearest;
    size_t n;

    if (sector_parse(text, ret)) {
        return NULL;
    }
    nearest = config_nearest(text, sector_names());
    if (nearest != NULL) {
        (void) snprintf(message, SECTOR_TEXT_SIZE,
                        "unknown sector \"%.40s\"; did you mean \"%s\"?", text, nearest);
        return message;
    }
    n = (size_t) snprintf(message, SECTOR_TEXT_SIZE, "unknown sector \"%.40s\"; expected",
                          text);
    for (const char *const *name = sector_names(); *name != NULL; name++) {
        n += (size_t) snprintf(message + n, SECTOR_TEXT_SIZE - n, "%s %s",
                               name == sector_names() ? "" : ",", *name);
        if (n >= SECTOR_TEXT_SIZE) {
            break;
        }
    }
    return message;
}

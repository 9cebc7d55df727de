#include "rules/rule_field.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "capture/packet.h"
#include "geo/country.h"

static_assert((int) N_SERVICES <= (int) RULE_NAMES_MAX,
              "a condition has a bit for each service");
static_assert(N_SECTORS <= 64, "sets are one word");

enum { N_GROUPS = 3 }; /* Of countries, as geo/country.h has them. */
enum role { ROLE_INITIATOR = FLOW_INITIATOR, ROLE_RESPONDER = FLOW_RESPONDER, N_ROLES };

/* Names of bits. */

static const char *
observation_of(unsigned i)
{
    return observation_name((enum observation_kind) i);
}

static const char *
direction_of(unsigned i)
{
    return direction_name((enum direction) i);
}

static const char *
service_of(unsigned i)
{
    return service_name((enum service) i);
}

static const char *
evidence_of(unsigned i)
{
    return evidence_name((enum evidence) i);
}

static const char *
command_class_of(unsigned i)
{
    return command_class_name((enum command_class) i);
}

static const char *
amplification_role_of(unsigned i)
{
    return amplification_role_name((enum amplification_role) i);
}

static const char *
state_of(unsigned i)
{
    return tcp_state_name((enum tcp_state) i);
}

static const char *
tunnel_of(unsigned i)
{
    return tunnel_name((enum tunnel) i);
}

static const char *
sector_of(unsigned i)
{
    return sector_name((enum sector) i);
}

static const char *
confidence_of(unsigned i)
{
    return confidence_name((enum confidence) i);
}

static const char *
group_of(unsigned i)
{
    return country_group_names()[i];
}

static const char *
role_of(unsigned i)
{
    return i == ROLE_INITIATOR ? "initiator" : "responder";
}

/* Values of the observation and its flow. */

static const struct flow_end *
asset_of(const struct rule_sight *s)
{
    return &s->flow->ends[s->asset_end];
}

static const struct flow_end *
peer_of(const struct rule_sight *s)
{
    return &s->flow->ends[rule_sight_peer_end(s)];
}

static bool
number(uint64_t value, uint64_t *ret)
{
    *ret = value;
    return true;
}

static bool
value_observation(struct rule_sight *s, uint64_t *ret)
{
    return number(s->observation->kind, ret);
}

static bool
value_direction(struct rule_sight *s, uint64_t *ret)
{
    return number(rule_sight_direction(s), ret);
}

static bool
value_transport(struct rule_sight *s, uint64_t *ret)
{
    return number(s->flow->protocol, ret);
}

static bool
value_port(struct rule_sight *s, uint64_t *ret)
{
    return number(asset_of(s)->port, ret);
}

static bool
value_peer_port(struct rule_sight *s, uint64_t *ret)
{
    return number(peer_of(s)->port, ret);
}

static bool
value_service(struct rule_sight *s, uint64_t *ret)
{
    return number(s->flow->service, ret);
}

static bool
value_evidence(struct rule_sight *s, uint64_t *ret)
{
    return number(s->evidence, ret);
}

static bool
value_state(struct rule_sight *s, uint64_t *ret)
{
    return number(s->flow->tcp_state, ret);
}

static bool
value_answered(struct rule_sight *s, uint64_t *ret)
{
    return number(rule_sight_is_answered(s), ret);
}

static bool
value_vlan(struct rule_sight *s, uint64_t *ret)
{
    return number(s->flow->vlan, ret);
}

static bool
value_tunnel(struct rule_sight *s, uint64_t *ret)
{
    return number(s->flow->tunnel, ret);
}

static bool
value_packets(struct rule_sight *s, uint64_t *ret)
{
    return number(s->flow->ends[0].packets + s->flow->ends[1].packets, ret);
}

static bool
value_bytes(struct rule_sight *s, uint64_t *ret)
{
    return number(s->flow->ends[0].bytes + s->flow->ends[1].bytes, ret);
}

static bool
value_duration(struct rule_sight *s, uint64_t *ret)
{
    return number(s->flow->last_ns - s->flow->first_ns, ret);
}

static bool
value_command_class(struct rule_sight *s, uint64_t *ret)
{
    return s->observation->kind == OBSERVATION_CONTROL_COMMAND &&
           number(s->observation->command_class, ret);
}

static bool
has_command(const struct rule_sight *s, const char *text)
{
    return s->observation->kind == OBSERVATION_CONTROL_COMMAND &&
           strcasecmp(s->observation->subject, text) == 0;
}

static bool
value_amplification_role(struct rule_sight *s, uint64_t *ret)
{
    return s->observation->kind == OBSERVATION_AMPLIFICATION &&
           number(s->observation->amplification_role, ret);
}

static bool
value_count(struct rule_sight *s, uint64_t *ret)
{
    return number(s->observation->count, ret);
}

/* Values of the asset's range; the asset always has one. */

static const struct critical_range *
range_of(const struct rule_sight *s)
{
    return s->ranges[s->asset_end];
}

static bool
value_asset_sector(struct rule_sight *s, uint64_t *ret)
{
    return number(range_of(s)->sectors, ret);
}

static bool
has_subsector(const struct rule_sight *s, const char *text)
{
    for (uint32_t i = 0; i < range_of(s)->n_claims; i++) {
        if (strcasecmp(range_of(s)->claims[i].subsector, text) == 0) {
            return true;
        }
    }
    return false;
}

static bool
has_organisation(const struct rule_sight *s, const char *text)
{
    for (uint32_t i = 0; i < range_of(s)->n_claims; i++) {
        if (strcasecmp(range_of(s)->claims[i].organisation, text) == 0) {
            return true;
        }
    }
    return false;
}

static bool
value_confidence(struct rule_sight *s, uint64_t *ret)
{
    return number(range_of(s)->claims[0].confidence, ret);
}

static bool
value_role(struct rule_sight *s, uint64_t *ret)
{
    return number(s->asset_end, ret);
}

static struct ip_address
asset_address(const struct rule_sight *s)
{
    return asset_of(s)->address;
}

static bool
value_peer_sector(struct rule_sight *s, uint64_t *ret)
{
    const struct critical_range *range = s->ranges[rule_sight_peer_end(s)];

    return number(range == NULL ? 0 : range->sectors, ret);
}

static struct ip_address
peer_address(const struct rule_sight *s)
{
    return peer_of(s)->address;
}

static bool
value_lists(struct rule_sight *s, uint64_t *ret)
{
    return number(rule_sight_lists(s), ret);
}

/* Values of places, which may not be known. */

static bool
country_number(const struct place *place, uint64_t *ret)
{
    *ret = rule_country_number(place->country);
    return place->country[0] != '\0';
}

static bool
value_asset_country(struct rule_sight *s, uint64_t *ret)
{
    return country_number(rule_sight_place(s, s->asset_end), ret);
}

static bool
value_peer_country(struct rule_sight *s, uint64_t *ret)
{
    return country_number(rule_sight_place(s, rule_sight_peer_end(s)), ret);
}

static bool
country_group_bits(const struct place *place, uint64_t *ret)
{
    *ret = country_groups(place->country);
    return place->country[0] != '\0';
}

static bool
value_asset_group(struct rule_sight *s, uint64_t *ret)
{
    return country_group_bits(rule_sight_place(s, s->asset_end), ret);
}

static bool
value_peer_group(struct rule_sight *s, uint64_t *ret)
{
    return country_group_bits(rule_sight_place(s, rule_sight_peer_end(s)), ret);
}

static bool
asn_number(const struct place *place, uint64_t *ret)
{
    *ret = place->asn;
    return place->asn != 0;
}

static bool
value_asset_asn(struct rule_sight *s, uint64_t *ret)
{
    return asn_number(rule_sight_place(s, s->asset_end), ret);
}

static bool
value_peer_asn(struct rule_sight *s, uint64_t *ret)
{
    return asn_number(rule_sight_place(s, rule_sight_peer_end(s)), ret);
}

static bool
value_abroad(struct rule_sight *s, uint64_t *ret)
{
    uint64_t asset, peer;

    return number(value_asset_country(s, &asset) && value_peer_country(s, &peer) &&
                      asset != peer,
                  ret);
}

#define NAMES(of, n)         .kind = RULE_FIELD_NAMES, .n_names = (n), .name_of = (of)
#define SETS(of, n)          .kind = RULE_FIELD_SETS, .n_names = (n), .name_of = (of)
#define NUMBERS(least, most) .kind = RULE_FIELD_NUMBERS, .min = (least), .max = (most)

static const struct rule_field table[] = {
    { .group = "",
      .name = "observation",
      NAMES(observation_of, N_OBSERVATIONS),
      .value = value_observation,
      .description = "what was seen; every rule names at least one" },
    { .group = "",
      .name = "direction",
      NAMES(direction_of, N_DIRECTIONS),
      .value = value_direction,
      .description =
          "who opened the flow: the peer (inbound), the asset (outbound), either while "
          "both are assets of one sector (internal) or of different ones (cross-sector), "
          "or nobody knows because the beginning was not seen (unknown)" },
    { .group = "",
      .name = "transport",
      .kind = RULE_FIELD_TRANSPORTS,
      .max = 255,
      .value = value_transport,
      .description = "protocol above IP" },
    { .group = "",
      .name = "port",
      NUMBERS(0, UINT16_MAX),
      .value = value_port,
      .description = "port of the asset" },
    { .group = "",
      .name = "peer_port",
      NUMBERS(0, UINT16_MAX),
      .value = value_peer_port,
      .description = "port of the peer" },
    { .group = "",
      .name = "service",
      NAMES(service_of, N_SERVICES),
      .value = value_service,
      .description = "protocol that was recognised; none until then" },
    { .group = "",
      .name = "evidence",
      NAMES(evidence_of, N_EVIDENCES),
      .value = value_evidence,
      .description = "how sure the claim about the flow is" },
    { .group = "",
      .name = "command_class",
      NAMES(command_class_of, N_COMMAND_CLASSES),
      .value = value_command_class,
      .description = "what a control-command does: it reads, it writes, or it stops or "
                     "restarts what it is sent to" },
    { .group = "",
      .name = "command",
      .kind = RULE_FIELD_TEXTS,
      .has_text = has_command,
      .description = "the control-command by the name that alerts show, "
                     "\"write-single-coil\"" },
    { .group = "",
      .name = "amplification_role",
      NAMES(amplification_role_of, N_AMPLIFICATION_ROLES),
      .value = value_amplification_role,
      .description =
          "what the asset is in an amplification: the victim, which gets answers "
          "that it did not ask for, or the reflector, which is made to send them" },
    { .group = "",
      .name = "state",
      NAMES(state_of, N_TCP_STATES),
      .grows = true,
      .value = value_state,
      .description = "how far a TCP connection got" },
    { .group = "",
      .name = "answered",
      .kind = RULE_FIELD_BOOLEAN,
      .max = 1,
      .grows = true,
      .value = value_answered,
      .description = "whether the end that was contacted has sent anything but a refusal" },
    { .group = "",
      .name = "vlan",
      NUMBERS(0, 4095),
      .value = value_vlan,
      .description = "outermost VLAN id; 0 if there is none" },
    { .group = "",
      .name = "tunnel",
      NAMES(tunnel_of, N_TUNNELS),
      .value = value_tunnel,
      .description = "outermost tunnel that the flow came in" },
    { .group = "",
      .name = "packets",
      NUMBERS(0, INT64_MAX),
      .grows = true,
      .value = value_packets,
      .description = "packets of the flow so far, both ways" },
    { .group = "",
      .name = "bytes",
      .kind = RULE_FIELD_SIZES,
      .max = INT64_MAX,
      .grows = true,
      .value = value_bytes,
      .description = "bytes of the flow so far, both ways, whole frames" },
    { .group = "",
      .name = "duration",
      .kind = RULE_FIELD_DURATIONS,
      .max = INT64_MAX,
      .grows = true,
      .value = value_duration,
      .description = "time from the first packet of the flow to the latest" },
    { .group = "",
      .name = "count",
      NUMBERS(0, UINT32_MAX),
      .value = value_count,
      .description =
          "what the observation counts: ports of a scan, hosts of a sweep or a lateral "
          "spread, connections (or hosts) of a brute-force, requests or packets of a flood "
          "in one interval, contacts of a beacon, kB of an amplification in one interval "
          "or "
          "of an icmp-tunnel, MB of an exfiltration, sectors or countries; else 1" },

    { .group = "asset",
      .name = "role",
      NAMES(role_of, N_ROLES),
      .value = value_role,
      .description = "the end of the flow at which the asset is; where the beginning was "
                     "not seen, the end with the service's port is the responder" },
    { .group = "asset",
      .name = "sector",
      SETS(sector_of, N_SECTORS),
      .cost = RULE_COST_RANGE,
      .of_range = true,
      .value = value_asset_sector,
      .description = "sectors of the asset's range" },
    { .group = "asset",
      .name = "subsector",
      .kind = RULE_FIELD_TEXTS,
      .cost = RULE_COST_RANGE,
      .of_range = true,
      .has_text = has_subsector,
      .description = "subsector as the list of ranges has it, \"hospital\"" },
    { .group = "asset",
      .name = "organisation",
      .kind = RULE_FIELD_TEXTS,
      .cost = RULE_COST_RANGE,
      .of_range = true,
      .has_text = has_organisation,
      .description = "organisation as the list of ranges has it" },
    { .group = "asset",
      .name = "confidence",
      NAMES(confidence_of, N_CONFIDENCES),
      .cost = RULE_COST_RANGE,
      .of_range = true,
      .value = value_confidence,
      .description = "how sure it is that the range belongs to the organisation" },
    { .group = "asset",
      .name = "prefix",
      .kind = RULE_FIELD_PREFIXES,
      .address = asset_address,
      .description = "addresses of the asset" },
    { .group = "asset",
      .name = "country",
      .kind = RULE_FIELD_COUNTRIES,
      .cost = RULE_COST_PLACE,
      .value = value_asset_country,
      .description = "estimated country of the asset" },
    { .group = "asset",
      .name = "group",
      SETS(group_of, N_GROUPS),
      .cost = RULE_COST_PLACE,
      .value = value_asset_group,
      .description = "United Nations groups of that country" },
    { .group = "asset",
      .name = "asn",
      NUMBERS(1, UINT32_MAX),
      .cost = RULE_COST_PLACE,
      .value = value_asset_asn,
      .description = "number of the asset's autonomous system" },

    { .group = "peer",
      .name = "sector",
      SETS(sector_of, N_SECTORS),
      .cost = RULE_COST_RANGE,
      .value = value_peer_sector,
      .description = "sectors of the peer, if it is an asset too; none otherwise" },
    { .group = "peer",
      .name = "prefix",
      .kind = RULE_FIELD_PREFIXES,
      .address = peer_address,
      .description = "addresses of the peer" },
    { .group = "peer",
      .name = "port",
      NUMBERS(0, UINT16_MAX),
      .value = value_peer_port,
      .description = "the same as peer_port" },
    { .group = "peer",
      .name = "list",
      .kind = RULE_FIELD_LISTS,
      .cost = RULE_COST_LISTS,
      .value = value_lists,
      .description = "configured lists that the peer is on; for listed-address, "
                     "listed-domain and listed-fingerprint, the list that the observation "
                     "is about" },
    { .group = "peer",
      .name = "list_concern",
      .kind = RULE_FIELD_LIST_CONCERNS,
      .cost = RULE_COST_LISTS,
      .value = value_lists,
      .description = "the same, by the concern that the list is configured with" },
    { .group = "peer",
      .name = "country",
      .kind = RULE_FIELD_COUNTRIES,
      .cost = RULE_COST_PLACE,
      .value = value_peer_country,
      .description = "estimated country of the peer" },
    { .group = "peer",
      .name = "group",
      SETS(group_of, N_GROUPS),
      .cost = RULE_COST_PLACE,
      .value = value_peer_group,
      .description = "United Nations groups of that country" },
    { .group = "peer",
      .name = "asn",
      NUMBERS(1, UINT32_MAX),
      .cost = RULE_COST_PLACE,
      .value = value_peer_asn,
      .description = "number of the peer's autonomous system" },
    { .group = "peer",
      .name = "abroad",
      .kind = RULE_FIELD_BOOLEAN,
      .max = 1,
      .cost = RULE_COST_PLACE,
      .value = value_abroad,
      .description =
          "whether the estimated countries of peer and asset are both known and differ" },
};

enum { N_FIELDS = sizeof table / sizeof table[0] };

static bool is_among(const struct rule_condition *c, uint64_t value);
static bool has_address(const struct rule_condition *c, struct ip_address address);
static bool has_text(const struct rule_condition *c, const struct rule_sight *sight);

size_t
rule_field_n(void)
{
    return N_FIELDS;
}

const struct rule_field *
rule_field_at(size_t index)
{
    return &table[index];
}

const struct rule_field *
rule_field_find(const char *group, const char *name)
{
    for (size_t i = 0; i < N_FIELDS; i++) {
        if (strcmp(table[i].group, group) == 0 && strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

bool
rule_condition_holds(const struct rule_condition *c, struct rule_sight *sight)
{
    const struct rule_field *field = c->field;
    uint64_t value;
    bool fits = false;

    /* Asked for every rule of every observation: one switch, then one comparison. */
    switch (field->kind) {
    case RULE_FIELD_NAMES:
        if (!field->value(sight, &value)) {
            return false;
        }
        fits = rule_names_has(&c->names, value);
        break;
    case RULE_FIELD_SETS:
    case RULE_FIELD_LISTS:
    case RULE_FIELD_LIST_CONCERNS:
        if (!field->value(sight, &value)) {
            return false;
        }
        fits = (value & c->names.words[0]) != 0;
        break;
    case RULE_FIELD_NUMBERS:
    case RULE_FIELD_SIZES:
    case RULE_FIELD_DURATIONS:
    case RULE_FIELD_TRANSPORTS:
    case RULE_FIELD_COUNTRIES:
    case RULE_FIELD_BOOLEAN:
        if (!field->value(sight, &value)) {
            return false;
        }
        fits = is_among(c, value);
        break;
    case RULE_FIELD_PREFIXES:
        fits = has_address(c, field->address(sight));
        break;
    case RULE_FIELD_TEXTS:
        fits = has_text(c, sight);
        break;
    case N_RULE_FIELD_KINDS:
        assert(false);
    }
    return fits != c->negated;
}

static bool
is_among(const struct rule_condition *c, uint64_t value)
{
    for (size_t i = 0; i < c->n; i++) {
        if (value >= c->ranges[i].min && value <= c->ranges[i].max) {
            return true;
        }
    }
    return false;
}

static bool
has_address(const struct rule_condition *c, struct ip_address address)
{
    for (size_t i = 0; i < c->n; i++) {
        if (ip_prefix_contains(c->prefixes[i], address)) {
            return true;
        }
    }
    return false;
}

static bool
has_text(const struct rule_condition *c, const struct rule_sight *sight)
{
    for (size_t i = 0; i < c->n; i++) {
        if (c->field->has_text(sight, c->texts[i])) {
            return true;
        }
    }
    return false;
}

static const char *const kind_names[N_RULE_FIELD_KINDS] = {
    [RULE_FIELD_NAMES] = "name",           [RULE_FIELD_SETS] = "name",
    [RULE_FIELD_NUMBERS] = "number",       [RULE_FIELD_SIZES] = "size",
    [RULE_FIELD_DURATIONS] = "duration",   [RULE_FIELD_TRANSPORTS] = "name or number",
    [RULE_FIELD_COUNTRIES] = "country",    [RULE_FIELD_BOOLEAN] = "true or false",
    [RULE_FIELD_PREFIXES] = "prefix",      [RULE_FIELD_TEXTS] = "text",
    [RULE_FIELD_LISTS] = "name of a list", [RULE_FIELD_LIST_CONCERNS] = "concern",
};

/* Names that are too many for their field's entry have a section of their own. */
enum { NAMES_IN_ENTRY = 16 };

static void
write_names(const struct rule_field *field, FILE *out)
{
    const char *separator = ": ";

    if (field->name_of == NULL || field->n_names > NAMES_IN_ENTRY ||
        strcmp(field->name, "observation") == 0) {
        return;
    }
    for (unsigned i = 0; i < field->n_names; i++) {
        if (*field->name_of(i) != '\0') {
            fprintf(out, "%s%s", separator, field->name_of(i));
            separator = ", ";
        }
    }
}

void
rule_field_write_manual(FILE *out)
{
    for (size_t i = 0; i < N_FIELDS; i++) {
        const struct rule_field *field = &table[i];
        const char *dot = *field->group == '\0' ? "" : ".";

        fprintf(out, ".TP\n.BR %s%s%s \" (%s)\"\n%s", field->group, dot, field->name,
                kind_names[field->kind], field->description);
        write_names(field, out);
        fputs(".\n", out);
    }
}

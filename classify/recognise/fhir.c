#include "classify/recognise/octets.h"
#include "classify/recognise/recognisers.h"
#include "classify/recognise/web_head.h"

/* HL7 FHIR over clear HTTP: hl7.org/fhir/http.html. A request names a type of resource in
 * its path, "/Patient/1", or what a server can do, "/metadata".
 *
 * Verified is such a request, or an answer, with a media type of FHIR, or a body that says
 * its "resourceType". Interactions are commands; the numbers of patients stay out of it. */

enum {
    BODY_ENOUGH = 128, /* So far from its beginning "resourceType" is to be seen. */
    TYPE_MAX = 32,
};

/* Types of resources, FHIR R5 and before, that servers hold. */
static const char *const types[] = {
    "Account",
    "AllergyIntolerance",
    "Appointment",
    "AuditEvent",
    "Basic",
    "Binary",
    "Bundle",
    "CapabilityStatement",
    "CarePlan",
    "CareTeam",
    "ChargeItem",
    "Claim",
    "ClaimResponse",
    "CodeSystem",
    "Communication",
    "Composition",
    "ConceptMap",
    "Condition",
    "Consent",
    "Contract",
    "Coverage",
    "DetectedIssue",
    "Device",
    "DeviceMetric",
    "DeviceRequest",
    "DiagnosticReport",
    "DocumentManifest",
    "DocumentReference",
    "Encounter",
    "Endpoint",
    "EpisodeOfCare",
    "ExplanationOfBenefit",
    "FamilyMemberHistory",
    "Flag",
    "Goal",
    "Group",
    "HealthcareService",
    "ImagingStudy",
    "Immunization",
    "ImplementationGuide",
    "Invoice",
    "Library",
    "List",
    "Location",
    "Measure",
    "MeasureReport",
    "Media",
    "Medication",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "MedicationStatement",
    "MessageHeader",
    "MolecularSequence",
    "NamingSystem",
    "NutritionOrder",
    "Observation",
    "OperationDefinition",
    "OperationOutcome",
    "Organization",
    "Parameters",
    "Patient",
    "Person",
    "PlanDefinition",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "Provenance",
    "Questionnaire",
    "QuestionnaireResponse",
    "RelatedPerson",
    "RequestGroup",
    "ResearchStudy",
    "RiskAssessment",
    "Schedule",
    "SearchParameter",
    "ServiceRequest",
    "Slot",
    "Specimen",
    "StructureDefinition",
    "Subscription",
    "Substance",
    "SupplyDelivery",
    "SupplyRequest",
    "Task",
    "ValueSet",
    "VisionPrescription",
};

/* What a path names. */
struct path {
    struct web_text type; /* Empty if there is none. */
    bool has_id, has_history, has_search, has_operation, is_metadata, is_base;
};

static size_t measure(const uint8_t *bytes, size_t n);
static enum opinion judge_request(const struct side *side);
static enum opinion judge_response(const struct side *side);
static bool has_media_type(const struct web_head *head);
static bool has_other_type(const struct web_head *head);
static bool has_resource(const struct side *side, size_t at);
static struct path path_of(struct web_text target);
static bool is_type(struct web_text segment);
static enum command_class interaction_of(struct web_text method, const struct path *path,
                                         const char **ret_name);

static enum opinion
judge(const struct dialogue *dialogue)
{
    const struct side *client = &dialogue->sides[FLOW_INITIATOR];
    const struct side *server = &dialogue->sides[FLOW_RESPONDER];
    const enum opinion request = client->n == 0 ? OPINION_MORE : judge_request(client);

    if (request == OPINION_NO || request == OPINION_VERIFIED || server->n == 0) {
        return request;
    }
    return judge_response(server);
}

static void
read(const struct pdu *pdu, struct findings *findings)
{
    const struct web_head head = web_head(pdu->bytes, pdu->n);
    const struct path path = path_of(head.target);
    struct observation *observation;
    enum command_class class;
    struct web_text host;
    const char *name;

    if (head.state == WEB_NONE || head.is_response || !head.has_line) {
        return;
    }
    host = web_field(&head, "host");
    for (size_t i = 0; i < host.n; i++) { /* Without its port. */
        host.n = host.text[i] == ':' ? i : host.n;
    }
    find_name(findings, host.text, host.n);
    if (web_holds(web_field(&head, "authorization"), "basic ")) {
        find_credentials(findings, "HTTP Basic");
    }
    class = interaction_of(head.method, &path, &name);
    if (name != NULL) {
        observation = find_command(findings, class, 0, name);
        if (path.type.n > 0) {
            find_detail(observation, "%.*s", (int) path.type.n,
                        (const char *) path.type.text);
        }
    }
}

const struct recogniser recogniser_fhir = {
    .service = SERVICE_FHIR,
    .on_tcp = true,
    .refines = SERVICE_HTTP,
    .judge = judge,
    .read = read,
    .measure = measure,
};

/* What does not begin with a head is the rest of a body of which no length was told. */
static size_t
measure(const uint8_t *bytes, size_t n)
{
    const struct web_head head = web_head(bytes, n);

    switch (head.state) {
    case WEB_NONE:
        return n;
    case WEB_MORE:
        return n < RECOGNISE_STREAM_MAX ? PDU_MORE : n;
    case WEB_WHOLE:
        break;
    }
    return head.size + web_body_size(&head);
}

static enum opinion
judge_request(const struct side *side)
{
    const struct web_head head = web_head(side->bytes, side->n);
    struct path path;

    if (head.state == WEB_NONE || head.is_response) {
        return OPINION_NO;
    }
    if (!head.has_line) {
        return OPINION_MORE;
    }
    path = path_of(head.target);
    if (path.type.n == 0 && !path.is_metadata && !path.has_operation && !path.is_base) {
        return OPINION_NO;
    }
    if (has_media_type(&head) ||
        (head.state == WEB_WHOLE && has_resource(side, head.size))) {
        return OPINION_VERIFIED;
    }
    return OPINION_MORE;
}

static enum opinion
judge_response(const struct side *side)
{
    const struct web_head head = web_head(side->bytes, side->n);

    if (head.state == WEB_NONE || (head.has_line && !head.is_response)) {
        return OPINION_NO;
    }
    if (has_media_type(&head) ||
        (head.state == WEB_WHOLE && has_resource(side, head.size))) {
        return OPINION_VERIFIED;
    }
    if (has_other_type(&head)) {
        return OPINION_NO;
    }
    return head.state == WEB_WHOLE && (side->n - head.size >= BODY_ENOUGH ||
                                       (web_field(&head, "content-length").n > 0 &&
                                        side->n - head.size >= web_body_size(&head)))
               ? OPINION_NO
               : OPINION_MORE;
}

/* "application/fhir+json", or "application/json+fhir" as in DSTU 2. */
static bool
has_media_type(const struct web_head *head)
{
    static const char *const fields[] = { "content-type", "accept" };

    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        const struct web_text value = web_field(head, fields[i]);

        if (web_holds(value, "application/fhir+") || web_holds(value, "json+fhir") ||
            web_holds(value, "xml+fhir")) {
            return true;
        }
    }
    return false;
}

/* A page, a picture, a file: of most answers this is all that has to come. */
static bool
has_other_type(const struct web_head *head)
{
    const struct web_text type = web_field(head, "content-type");

    return type.n > 0 && !web_holds(type, "json") && !web_holds(type, "xml");
}

static bool
has_resource(const struct side *side, size_t at)
{
    const size_t left = side->n - at;

    return web_holds(
        (struct web_text){ side->bytes + at, left < BODY_ENOUGH ? left : BODY_ENOUGH },
        "\"resourcetype\"");
}

static struct path
path_of(struct web_text target)
{
    struct path path = { .type = { target.text, 0 } };
    size_t at = 0;

    while (at < target.n && target.text[at] != '?') {
        const size_t start = ++at;
        struct web_text segment;

        while (at < target.n && target.text[at] != '/' && target.text[at] != '?') {
            at++;
        }
        segment = (struct web_text){ target.text + start, at > start ? at - start : 0 };
        if (segment.n == 0) {
            continue;
        }
        path.is_base = web_holds(segment, "fhir") && segment.n <= TYPE_MAX;
        if (segment.text[0] == '$') {
            path.has_operation = true;
        } else if (web_is(segment, "_history")) {
            path.has_history = true;
        } else if (web_is(segment, "_search")) {
            path.has_search = true;
        } else if (web_is(segment, "metadata")) {
            path.is_metadata = true;
        } else if (is_type(segment)) {
            path.type = segment;
            path.has_id = false;
        } else if (path.type.n > 0) {
            path.has_id = true;
        }
    }
    return path;
}

static bool
is_type(struct web_text segment)
{
    if (segment.text[0] < 'A' || segment.text[0] > 'Z') {
        return false;
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (types[i][0] == (char) segment.text[0] && web_is(segment, types[i])) {
            return true;
        }
    }
    return false;
}

/* The interactions of the RESTful API by their codes; sets '*ret_name' to NULL if it is
 * none. */
static enum command_class
interaction_of(struct web_text method, const struct path *path, const char **ret_name)
{
    const bool is_get = web_is(method, "GET") || web_is(method, "HEAD");
    const bool is_post = web_is(method, "POST");

    *ret_name = NULL;
    if (path->has_operation && (is_get || is_post)) {
        *ret_name = "operation";
        return is_get ? COMMAND_READ : COMMAND_WRITE;
    }
    if (is_get && path->is_metadata) {
        *ret_name = "capabilities";
    } else if (is_get && path->has_history) {
        *ret_name = "history";
    } else if (path->type.n > 0 &&
               ((is_get && !path->has_id) || (is_post && path->has_search))) {
        *ret_name = "search";
    } else if (is_get && path->type.n > 0) {
        *ret_name = "read";
    }
    if (*ret_name != NULL) {
        return COMMAND_READ;
    }
    if (is_post) {
        *ret_name = path->type.n > 0 ? "create" : "transaction";
    } else if (web_is(method, "PUT")) {
        *ret_name = "update";
    } else if (web_is(method, "PATCH")) {
        *ret_name = "patch";
    } else if (web_is(method, "DELETE")) {
        *ret_name = "delete";
    }
    return COMMAND_WRITE;
}

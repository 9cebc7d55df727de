#include "geo/country.h"

#include <stdlib.h>
#include <string.h>

/* Groups as of June 2026: the LDC list of the UN Committee for Development Policy, the LLDC
 * and SIDS lists of the UN statistics standard M49.  States leave the LDC list by decision
 * of the General Assembly, the last Sao Tome and Principe on 13 December 2024, so this is
 * to be looked at once a year. */
enum {
    LDC = COUNTRY_GROUP_LDC,
    LLDC = COUNTRY_GROUP_LLDC,
    SIDS = COUNTRY_GROUP_SIDS,
};

struct country {
    char code[3];
    const char *name;
    unsigned groups;
};

/* In the order of codes, for bsearch(3). */
/* clang-format off */
static const struct country countries[] = {
    { "AD", "Andorra", 0 },
    { "AE", "United Arab Emirates", 0 },
    { "AF", "Afghanistan", LDC | LLDC },
    { "AG", "Antigua & Barbuda", SIDS },
    { "AI", "Anguilla", SIDS },
    { "AL", "Albania", 0 },
    { "AM", "Armenia", LLDC },
    { "AO", "Angola", LDC },
    { "AQ", "Antarctica", 0 },
    { "AR", "Argentina", 0 },
    { "AS", "American Samoa", SIDS },
    { "AT", "Austria", 0 },
    { "AU", "Australia", 0 },
    { "AW", "Aruba", SIDS },
    { "AX", "Åland Islands", 0 },
    { "AZ", "Azerbaijan", LLDC },
    { "BA", "Bosnia", 0 },
    { "BB", "Barbados", SIDS },
    { "BD", "Bangladesh", LDC },
    { "BE", "Belgium", 0 },
    { "BF", "Burkina Faso", LDC | LLDC },
    { "BG", "Bulgaria", 0 },
    { "BH", "Bahrain", 0 },
    { "BI", "Burundi", LDC | LLDC },
    { "BJ", "Benin", LDC },
    { "BL", "St. Barthélemy", 0 },
    { "BM", "Bermuda", 0 },
    { "BN", "Brunei", 0 },
    { "BO", "Bolivia", LLDC },
    { "BQ", "Caribbean Netherlands", SIDS },
    { "BR", "Brazil", 0 },
    { "BS", "Bahamas", SIDS },
    { "BT", "Bhutan", LLDC },
    { "BV", "Bouvet Island", 0 },
    { "BW", "Botswana", LLDC },
    { "BY", "Belarus", 0 },
    { "BZ", "Belize", SIDS },
    { "CA", "Canada", 0 },
    { "CC", "Cocos Islands", 0 },
    { "CD", "Congo - Kinshasa", LDC },
    { "CF", "Central African Republic", LDC | LLDC },
    { "CG", "Congo - Brazzaville", 0 },
    { "CH", "Switzerland", 0 },
    { "CI", "Côte d’Ivoire", 0 },
    { "CK", "Cook Islands", SIDS },
    { "CL", "Chile", 0 },
    { "CM", "Cameroon", 0 },
    { "CN", "China", 0 },
    { "CO", "Colombia", 0 },
    { "CR", "Costa Rica", 0 },
    { "CU", "Cuba", SIDS },
    { "CV", "Cape Verde", SIDS },
    { "CW", "Curaçao", SIDS },
    { "CX", "Christmas Island", 0 },
    { "CY", "Cyprus", 0 },
    { "CZ", "Czechia", 0 },
    { "DE", "Germany", 0 },
    { "DJ", "Djibouti", LDC },
    { "DK", "Denmark", 0 },
    { "DM", "Dominica", SIDS },
    { "DO", "Dominican Republic", SIDS },
    { "DZ", "Algeria", 0 },
    { "EC", "Ecuador", 0 },
    { "EE", "Estonia", 0 },
    { "EG", "Egypt", 0 },
    { "EH", "Western Sahara", 0 },
    { "ER", "Eritrea", LDC },
    { "ES", "Spain", 0 },
    { "ET", "Ethiopia", LDC | LLDC },
    { "FI", "Finland", 0 },
    { "FJ", "Fiji", SIDS },
    { "FK", "Falkland Islands", 0 },
    { "FM", "Micronesia", SIDS },
    { "FO", "Faroe Islands", 0 },
    { "FR", "France", 0 },
    { "GA", "Gabon", 0 },
    { "GB", "United Kingdom", 0 },
    { "GD", "Grenada", SIDS },
    { "GE", "Georgia", 0 },
    { "GF", "French Guiana", 0 },
    { "GG", "Guernsey", 0 },
    { "GH", "Ghana", 0 },
    { "GI", "Gibraltar", 0 },
    { "GL", "Greenland", 0 },
    { "GM", "Gambia", LDC },
    { "GN", "Guinea", LDC },
    { "GP", "Guadeloupe", 0 },
    { "GQ", "Equatorial Guinea", 0 },
    { "GR", "Greece", 0 },
    { "GS", "South Georgia & South Sandwich Islands", 0 },
    { "GT", "Guatemala", 0 },
    { "GU", "Guam", SIDS },
    { "GW", "Guinea-Bissau", LDC | SIDS },
    { "GY", "Guyana", SIDS },
    { "HK", "Hong Kong", 0 },
    { "HM", "Heard & McDonald Islands", 0 },
    { "HN", "Honduras", 0 },
    { "HR", "Croatia", 0 },
    { "HT", "Haiti", LDC | SIDS },
    { "HU", "Hungary", 0 },
    { "ID", "Indonesia", 0 },
    { "IE", "Ireland", 0 },
    { "IL", "Israel", 0 },
    { "IM", "Isle of Man", 0 },
    { "IN", "India", 0 },
    { "IO", "British Indian Ocean Territory", 0 },
    { "IQ", "Iraq", 0 },
    { "IR", "Iran", 0 },
    { "IS", "Iceland", 0 },
    { "IT", "Italy", 0 },
    { "JE", "Jersey", 0 },
    { "JM", "Jamaica", SIDS },
    { "JO", "Jordan", 0 },
    { "JP", "Japan", 0 },
    { "KE", "Kenya", 0 },
    { "KG", "Kyrgyzstan", LLDC },
    { "KH", "Cambodia", LDC },
    { "KI", "Kiribati", LDC | SIDS },
    { "KM", "Comoros", LDC | SIDS },
    { "KN", "St. Kitts & Nevis", SIDS },
    { "KP", "North Korea", 0 },
    { "KR", "South Korea", 0 },
    { "KW", "Kuwait", 0 },
    { "KY", "Cayman Islands", 0 },
    { "KZ", "Kazakhstan", LLDC },
    { "LA", "Laos", LDC | LLDC },
    { "LB", "Lebanon", 0 },
    { "LC", "St. Lucia", SIDS },
    { "LI", "Liechtenstein", 0 },
    { "LK", "Sri Lanka", 0 },
    { "LR", "Liberia", LDC },
    { "LS", "Lesotho", LDC | LLDC },
    { "LT", "Lithuania", 0 },
    { "LU", "Luxembourg", 0 },
    { "LV", "Latvia", 0 },
    { "LY", "Libya", 0 },
    { "MA", "Morocco", 0 },
    { "MC", "Monaco", 0 },
    { "MD", "Moldova", LLDC },
    { "ME", "Montenegro", 0 },
    { "MF", "St. Martin", 0 },
    { "MG", "Madagascar", LDC },
    { "MH", "Marshall Islands", SIDS },
    { "MK", "North Macedonia", LLDC },
    { "ML", "Mali", LDC | LLDC },
    { "MM", "Myanmar", LDC },
    { "MN", "Mongolia", LLDC },
    { "MO", "Macao", 0 },
    { "MP", "Northern Mariana Islands", SIDS },
    { "MQ", "Martinique", 0 },
    { "MR", "Mauritania", LDC },
    { "MS", "Montserrat", SIDS },
    { "MT", "Malta", 0 },
    { "MU", "Mauritius", SIDS },
    { "MV", "Maldives", SIDS },
    { "MW", "Malawi", LDC | LLDC },
    { "MX", "Mexico", 0 },
    { "MY", "Malaysia", 0 },
    { "MZ", "Mozambique", LDC },
    { "NA", "Namibia", 0 },
    { "NC", "New Caledonia", SIDS },
    { "NE", "Niger", LDC | LLDC },
    { "NF", "Norfolk Island", 0 },
    { "NG", "Nigeria", 0 },
    { "NI", "Nicaragua", 0 },
    { "NL", "Netherlands", 0 },
    { "NO", "Norway", 0 },
    { "NP", "Nepal", LDC | LLDC },
    { "NR", "Nauru", SIDS },
    { "NU", "Niue", SIDS },
    { "NZ", "New Zealand", 0 },
    { "OM", "Oman", 0 },
    { "PA", "Panama", 0 },
    { "PE", "Peru", 0 },
    { "PF", "French Polynesia", SIDS },
    { "PG", "Papua New Guinea", SIDS },
    { "PH", "Philippines", 0 },
    { "PK", "Pakistan", 0 },
    { "PL", "Poland", 0 },
    { "PM", "St. Pierre & Miquelon", 0 },
    { "PN", "Pitcairn", 0 },
    { "PR", "Puerto Rico", SIDS },
    { "PS", "Palestine", 0 },
    { "PT", "Portugal", 0 },
    { "PW", "Palau", SIDS },
    { "PY", "Paraguay", LLDC },
    { "QA", "Qatar", 0 },
    { "RE", "Réunion", 0 },
    { "RO", "Romania", 0 },
    { "RS", "Serbia", 0 },
    { "RU", "Russia", 0 },
    { "RW", "Rwanda", LDC | LLDC },
    { "SA", "Saudi Arabia", 0 },
    { "SB", "Solomon Islands", LDC | SIDS },
    { "SC", "Seychelles", SIDS },
    { "SD", "Sudan", LDC },
    { "SE", "Sweden", 0 },
    { "SG", "Singapore", SIDS },
    { "SH", "St. Helena", 0 },
    { "SI", "Slovenia", 0 },
    { "SJ", "Svalbard & Jan Mayen", 0 },
    { "SK", "Slovakia", 0 },
    { "SL", "Sierra Leone", LDC },
    { "SM", "San Marino", 0 },
    { "SN", "Senegal", LDC },
    { "SO", "Somalia", LDC },
    { "SR", "Suriname", SIDS },
    { "SS", "South Sudan", LDC | LLDC },
    { "ST", "São Tomé & Príncipe", SIDS },
    { "SV", "El Salvador", 0 },
    { "SX", "Sint Maarten", SIDS },
    { "SY", "Syria", 0 },
    { "SZ", "Eswatini", LLDC },
    { "TC", "Turks & Caicos Islands", 0 },
    { "TD", "Chad", LDC | LLDC },
    { "TF", "French Southern Territories", 0 },
    { "TG", "Togo", LDC },
    { "TH", "Thailand", 0 },
    { "TJ", "Tajikistan", LLDC },
    { "TK", "Tokelau", 0 },
    { "TL", "Timor-Leste", LDC | SIDS },
    { "TM", "Turkmenistan", LLDC },
    { "TN", "Tunisia", 0 },
    { "TO", "Tonga", SIDS },
    { "TR", "Türkiye", 0 },
    { "TT", "Trinidad & Tobago", SIDS },
    { "TV", "Tuvalu", LDC | SIDS },
    { "TW", "Taiwan", 0 },
    { "TZ", "Tanzania", LDC },
    { "UA", "Ukraine", 0 },
    { "UG", "Uganda", LDC | LLDC },
    { "UM", "U.S. Outlying Islands", 0 },
    { "US", "United States", 0 },
    { "UY", "Uruguay", 0 },
    { "UZ", "Uzbekistan", LLDC },
    { "VA", "Vatican City", 0 },
    { "VC", "St. Vincent & Grenadines", SIDS },
    { "VE", "Venezuela", 0 },
    { "VG", "British Virgin Islands", SIDS },
    { "VI", "U.S. Virgin Islands", SIDS },
    { "VN", "Vietnam", 0 },
    { "VU", "Vanuatu", SIDS },
    { "WF", "Wallis & Futuna", 0 },
    { "WS", "Samoa", SIDS },
    { "YE", "Yemen", LDC },
    { "YT", "Mayotte", 0 },
    { "ZA", "South Africa", 0 },
    { "ZM", "Zambia", LDC | LLDC },
    { "ZW", "Zimbabwe", LLDC },
};
/* clang-format on */

static const char *const group_names[] = { "ldc", "lldc", "sids",
                                           NULL }; /* In bit order. */

static const struct country *find(const char *code);

unsigned
country_groups(const char *code)
{
    const struct country *country = find(code);

    return country == NULL ? 0 : country->groups;
}

const char *
country_name(const char *code)
{
    const struct country *country = find(code);

    return country == NULL ? NULL : country->name;
}

bool
country_group_parse(const char *name, unsigned *ret_bit)
{
    for (unsigned i = 0; group_names[i] != NULL; i++) {
        if (strcmp(name, group_names[i]) == 0) {
            *ret_bit = 1U << i;
            return true;
        }
    }
    return false;
}

const char *const *
country_group_names(void)
{
    return group_names;
}

static int
compare(const void *key, const void *entry)
{
    const char *code = key;
    const struct country *country = entry;

    return strcmp(code, country->code);
}

static const struct country *
find(const char *code)
{
    return bsearch(code, countries, sizeof countries / sizeof countries[0],
                   sizeof countries[0], compare);
}

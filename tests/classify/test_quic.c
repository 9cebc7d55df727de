#include "classify/recogniser_run.h"

/* An Initial packet, made for the connection ids of RFC 9001, appendix A, whose CRYPTO
 * frames hold the client's hello of test_tls.c in two pieces, the second one first. */
#define INITIAL                                                                    \
    "cf00000001088394c8f03e51570808f067a5502a4262b50044964cd6b7c9189601fe389f7e5c" \
    "9424074ab2d203e17c9cebdbc2fd65dbfaba4e0b71531c4ff6a21e42f0bbd50b260ad7ea1e15" \
    "b21284fb156bb7491a88a242a6b45648c516346f85da885f738fb7719ec4de8257ed1dc502cf" \
    "bbb1f37f610d2885ca05866c2fe5fcb2df6d1330c82211b3a043dc04e8ea221b946cf99108f9" \
    "2637189ba245c7c9f5ca0ab2b8b205079bddaeb1aa4e8169e884ba09225b9ff4cc050f873ba5" \
    "f1a311cdd601258ee3e6db5f3e0444ff78143360ce1a6f7e5f3c366c249cf5944b3bbd7c75c5" \
    "08b1ea25fd549e6e1b61c3e809c13908c3181ac9b36c3fda5ade61a7b5d958df6bb860dbc3d4" \
    "230e63fd4be1d15fb6a8e5eba0fc3dd60bc8e30c5c4287e53805db059ae0648db2f64264ed5e" \
    "39be2e20d82df566da8dd5998ccabdae053060ae6c7b4378e846d29f37ed7b4ea9ec5d82e796" \
    "1b7f25a9323851f681d582363aa5f89937f5a67258bf63ad6f1a0b1d96dbd4faddfcefc5266b" \
    "a6611722395c906556be52afe3f565636ad1b17d508b73d8743eeb524be22b3dcbc2c7468d54" \
    "119c7468449a13d8e3b95811a198f3491de3e7fe942b330407abf82a4ed7c1b311663ac69890" \
    "f4157015853d91e923037c227a33cdd5ec281ca3f79c44546b9d90ca00f064c99e3dd97911d3" \
    "9fe9c5d0b23a229a234cb36186c4819e8b9c5927726632291d6a418211cc2962e20fe47feb3e" \
    "df330f2c603a9d48c0fcb5699dbfe5896425c5bac4aee82e57a85aaf4e2513e4f05796b07ba2" \
    "ee47d80506f8d2c25e50fd14de71e6c418559302f939b0e1abd576f279c4b2e0feb85c1f28ff" \
    "18f58891ffef132eef2fa09346aee33c28eb130ff28f5b766953334113211996d20011a198e3" \
    "fc433f9f2541010ae17c1bf202580f6047472fb36857fe843b19f5984009ddc324044e847a4f" \
    "4a0ab34f719595de37252d6235365e9b84392b061085349d73203a4a13e96f5432ec0fd4a1ee" \
    "65accdd5e3904df54c1da510b0ff20dcc0c77fcb2c0e0eb605cb0504db87632cf3d8b4dae6e7" \
    "05769d1de354270123cb11450efc60ac47683d7b8d0f811365565fd98c4c8eb936bcab8d069f" \
    "c33bd801b03adea2e1fbc5aa463d08ca19896d2bf59a071b851e6c239052172f296bfb5e7240" \
    "4790a2181014f3b94a4e97d117b438130368cc39dbb2d198065ae3986547926cd2162f40a29f" \
    "0c3c8745c0f50fba3852e566d44575c29d39a03f0cda721984b6f440591f355e12d439ff150a" \
    "ab7613499dbd49adabc8676eef023b15b65bfc5ca06948109f23f350db82123535eb8a7433bd" \
    "abcb909271a6ecbcb58b936a88cd4e8f2e6ff5800175f113253d8fa9ca8885c2f552e657dc60" \
    "3f252e1a8e308f76f0be79e2fb8f5d5fbbe2e30ecadd220723c8c0aea8078cdfcb3868263ff8" \
    "f0940054da48781893a7e49ad5aff4af300cd804a6b6279ab3ff3afb64491c85194aab760d58" \
    "a606654f9f4400e8b38591356fbf6425aca26dc85244259ff2b19c41b9f96f3ca9ec1dde434d" \
    "a7d2d392b905ddf3d1f9af93d1af5950bd493f5aa731b4056df31bd267b6b90a079831aaf579" \
    "be0a39013137aac6d404f518cfd46840647e78bfe706ca4cf5e9c5453e9f7cfd2b8b4c8d169a" \
    "44e55c88d4a9172311494a74ace2504468b53dcb9a29"
#define ANSWER                                                  \
    "e0 00000001 08 f067a5502a4262b5 08 0011223344556677 4015 " \
    "000102030405060708090a0b0c0d"                              \
    "0e0f1011121314"

static const struct judge_case judge_cases[] = {
    { "a client", IP_PROTOCOL_UDP, INITIAL, "", OPINION_VERIFIED },
    { "a client and its server", IP_PROTOCOL_UDP, INITIAL, ANSWER, OPINION_VERIFIED },
    { "a handshake alone", IP_PROTOCOL_UDP, "", ANSWER, OPINION_MORE },
    { "a version that is not known", IP_PROTOCOL_UDP,
      "c0 00000002 08 8394c8f03e515708 00 00 4020", "", OPINION_NO },
    { "an id that is too long", IP_PROTOCOL_UDP, "c0 00000001 15 8394c8f03e515708", "",
      OPINION_NO },
    { "a length beyond the end", IP_PROTOCOL_UDP,
      "e0 00000001 08 8394c8f03e515708 00 4020 00", "", OPINION_NO },
    { "a short header", IP_PROTOCOL_UDP, "40 8394c8f03e515708", "", OPINION_NO },
    { "text", IP_PROTOCOL_UDP, "'GET / HTTP/1.1'", "", OPINION_NO },
};

static void
test_judge(void **state)
{
    test_judge_case(&recogniser_quic, *state);
}

static const struct read_case read_cases[] = {
    { "a hello", IP_PROTOCOL_UDP, FLOW_INITIATOR, INITIAL,
      "name www.example.org\nfingerprint q13d1516h2_8daaf6152771_e5627efa2ab1\n" },
    { "a handshake", IP_PROTOCOL_UDP, FLOW_RESPONDER, ANSWER, "" },
};

static void
test_read(void **state)
{
    test_read_case(&recogniser_quic, *state);
}

int
main(void)
{
    return RUN_CASES(judge_cases, test_judge) + RUN_CASES(read_cases, test_read);
}

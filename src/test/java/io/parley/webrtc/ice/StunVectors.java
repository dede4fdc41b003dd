package io.parley.webrtc.ice;

import java.util.HexFormat;

/// The sample messages of RFC 5769 §§2.1–2.3 and of RFC 8489 Appendix B.1.
final class StunVectors {
    static final String PASSWORD = "VOkJxbRl1RmTxUk/WvJxBt";

    /// Cookie, transaction, USERHASH, NONCE, REALM.
    private static final String LONG_TERM_ATTRIBUTES =
            """
            2112a44278ad3433c6ad72c029da412e
            001e00204a3cf38fef6992bda952c6780417da0f24819415569e60b205c46e41407f1704
            001500296f624d61744a6f733241414143662f2f3439396b39353464364f4c33346f4c394653547679363473
            41000000
            0014000b6578616d706c652e6f726700
            """;

    private StunVectors() {}

    static byte[] request() {
        return hex(
                """
                000100582112a442b7e7a701bc34d686fa87dfae
                802200105354554e207465737420636c69656e74
                002400046e0001ff80290008932ff9b151263b36
                000600096576746a3a68367659202020
                000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a2
                80280004e57a3bcf
                """);
    }

    static byte[] responseV4() {
        return hex(
                """
                0101003c2112a442b7e7a701bc34d686fa87dfae
                8022000b7465737420766563746f7220
                002000080001a147e112a643
                000800142b91f599fd9e90c38c7489f92af9ba53f06be7d7
                80280004c07d4c96
                """);
    }

    static byte[] responseV6() {
        return hex(
                """
                010100482112a442b7e7a701bc34d686fa87dfae
                8022000b7465737420766563746f7220
                002000140002a1470113a9faa5d3f179bc25f4b5bed2b9d9
                00080014a382954e4be67bf11784c97c8292c275bfe3ed41
                80280004c8fb0b4c
                """);
    }

    /// As RFC 8489 prints it: its length counts the header too (erratum 6268).
    static byte[] longTermRequestAsPrinted() {
        return hex(
                "0001009c"
                        + LONG_TERM_ATTRIBUTES
                        + """
                        001c0020e4686c8f0edeb59013e07090010a93efccbccc544c0a45d9f830aa6d6f735a01
                        """);
    }

    /// As erratum 6268 corrects it: the right length, PASSWORD-ALGORITHM, the HMAC over both.
    static byte[] longTermRequest() {
        return hex(
                "00010090"
                        + LONG_TERM_ATTRIBUTES
                        + """
                        001d000400020000
                        001c0020b5c7bf005b6c52a21c51c5e892f81924136296cb927c43149309278cc6518e65
                        """);
    }

    static byte[] hex(String lines) {
        return HexFormat.of().parseHex(lines.replaceAll("\\s", ""));
    }
}

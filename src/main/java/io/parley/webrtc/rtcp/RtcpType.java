package io.parley.webrtc.rtcp;

/// Packet types and feedback formats on the wire.
final class RtcpType {
    static final int SENDER_REPORT = 200;
    static final int RECEIVER_REPORT = 201;
    static final int SOURCE_DESCRIPTION = 202;
    static final int BYE = 203;
    static final int TRANSPORT_FEEDBACK = 205;
    static final int PAYLOAD_FEEDBACK = 206;
    static final int EXTENDED_REPORT = 207;

    static final int FORMAT_NACK = 1;
    static final int FORMAT_TRANSPORT_CC = 15;
    static final int FORMAT_PLI = 1;
    static final int FORMAT_FIR = 4;
    static final int FORMAT_APPLICATION = 15;

    static final int BLOCK_RECEIVER_REFERENCE_TIME = 4;
    static final int BLOCK_DLRR = 5;

    static final int ITEM_CNAME = 1;

    static final int REMB = 0x52454D42;

    private RtcpType() {}
}

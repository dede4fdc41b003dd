package io.parley.webrtc.ortc;

/// A certificate's hash as it stands in SDP: `sha-256` and colon-separated upper-case hex (RFC 8122
/// §5).
public record DtlsFingerprint(String algorithm, String value) {}

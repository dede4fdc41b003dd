package io.parley.webrtc.ortc;

/// One side's ICE credentials and whether it is a lite agent (RFC 8445 §5.3, RFC 8839 §5.4).
public record IceParameters(String usernameFragment, String password, boolean lite) {}

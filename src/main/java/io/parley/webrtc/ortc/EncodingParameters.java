package io.parley.webrtc.ortc;

/// One simulcast layer of a received section. `rid` is empty and `spatialLayer` 0 without
/// simulcast; an SSRC is 0 while it is not known from SDP (it is learnt from the MID and RID
/// extensions then).
public record EncodingParameters(String rid, int spatialLayer, int ssrc, int rtxSsrc) {}

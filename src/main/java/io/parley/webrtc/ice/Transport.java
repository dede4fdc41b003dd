package io.parley.webrtc.ice;

/// What carries the datagrams of a path; TCP is framed by RFC 4571 outside this package.
public enum Transport {
    UDP,
    TCP
}
